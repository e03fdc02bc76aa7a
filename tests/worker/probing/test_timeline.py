"""Windows of a stretch, against the sampling that everything else uses."""

import numpy as np
import pytest
import torch

from contract.catalogue import Stream
from tests.worker.probing import films
from worker import clips
from worker.probing import timeline
from worker.probing.timeline import Timeline, Track

CLIP = Stream(name="clip", kind="clip", frames=6, height=32, width=32, fps=10.0)
MOTION = Stream(name="motion", kind="motion", frames=5, height=32, width=32, fps=10.0, layout="CHW")
STILL = Stream(name="appearance", kind="appearance", frames=1, height=32, width=32, fps=10.0, layout="CHW")


def moving(count):
    texture = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    return np.stack([np.roll(texture, 2 * i, axis=1)[:32, :48] for i in range(count)])


def test_one_window_is_what_clips_are_always_sampled_to(tmp_path):
    for count in (6, 7, 9, 12):
        path = films.write(tmp_path / f"{count}.mkv", moving(count), rate=10)
        line = timeline.read(path, [CLIP, MOTION], start=0.0, end=count / 10)
        found = line.window(count / 20)
        wanted = clips.read(path, [CLIP, MOTION])
        if count % 2 == CLIP.frames % 2:  # else the middle lies between two frames, and either will do
            assert torch.equal(found[0], wanted[0])
            assert torch.allclose(found[1], wanted[1])
        assert [x.shape for x in found] == [x.shape for x in wanted]


@pytest.mark.parametrize(("rate", "fps"), [(10, 10.0), (24, 12.5), (30, 7.3)])
def test_one_window_is_that_of_the_whole_clip_and_no_more_is_kept_than_it_takes(tmp_path, monkeypatch, rate, fps):
    streams = [stream.model_copy(update={"fps": fps}) for stream in (CLIP, MOTION, STILL)]
    seconds = 9.0
    path = films.write(tmp_path / "long.mkv", moving(round(seconds * rate)), rate=rate)
    whole, decode, kept = timeline.read(path, streams, start=0.0, end=seconds), timeline.decoding.decode, []

    def listen(path, *, wanted):
        found = decode(path, wanted=wanted)
        kept.extend(map(len, found.takes))
        return found

    monkeypatch.setattr(timeline.decoding, "decode", listen)
    for at in (0.0, 0.31, 2.0, 4.5, 4.777, 8.8, 9.0, 30.0):
        found = timeline.about(path, streams, at, seconds=seconds)
        assert all(torch.equal(*pair) for pair in zip(found, whole.window(at), strict=True)), at
    assert len(kept) == 8
    assert max(kept) <= 2 * (CLIP.frames + 2)


def counting(count, stream=CLIP, first=0.0):
    return Track(stream, torch.arange(count).float().view(1, count, 1, 1).expand(3, -1, 1, 1), first)


def test_windows_go_from_end_to_end():
    line = Timeline((counting(30),), 1.0, 4.0)
    assert line.length == pytest.approx(0.6)
    middles = line.middles()
    assert middles[0] == pytest.approx(1.3)
    assert middles[-1] == pytest.approx(3.7)
    assert len(middles) == timeline.MOST
    assert len(Timeline((counting(9),), 0.0, 0.9).middles()) == 3
    assert Timeline((counting(5),), 0.0, 0.5).middles() == [0.25]


def test_a_window_holds_the_frames_of_its_time():
    line = Timeline((counting(30, first=1.0), counting(30, STILL, first=1.0)), 1.0, 4.0)
    frames, still = line.window(1.3)
    assert frames[0, :, 0, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert still[0, :, 0, 0].tolist() == [3]
    assert line.window(2.3)[0][0, :, 0, 0].tolist() == [10, 11, 12, 13, 14, 15]
    assert line.window(3.9)[0][0, :, 0, 0].tolist() == [26, 27, 28, 29, 29, 29]


def test_nothing_moves_behind_the_end():
    track = counting(4, MOTION, first=0.05)
    assert track.window(0.05)[0, :, 0, 0].tolist() == [0, 0, 0, 1, 2]
    assert timeline._motion(np.zeros((1, 8, 8, 3), np.uint8)).shape == (1, 2, 8, 8)
