"""Reading clips: made ones with known content, and real ones where there are any."""

import os
from pathlib import Path

import av
import numpy as np
import pytest

from contract.catalogue import Stream
from contract.errors import ClipProblem
from worker import clips
from worker.datasets.footage import plain

APPEARANCE = Stream(name="appearance", kind="appearance", frames=1, height=32, width=32, layout="CHW")
MOTION = Stream(name="motion", kind="motion", frames=4, height=64, width=64, layout="CHW", fps=10.0)
CLIP = Stream(name="clip", kind="clip", frames=5, height=32, width=32, fps=5.0)


@pytest.fixture
def film(tmp_path):
    """Writes frames as a lossless video."""

    def write(frames, rate=10, name="film.mkv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("ffv1", rate=rate)
            stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "bgr0"
            for frame in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode())
        return path

    return write


def counting(count, side=32):
    """Frame i has grey level 10 i."""
    return np.stack([np.full((side, side, 3), 10 * i, np.uint8) for i in range(count)])


def test_frames_come_back_as_they_were_written(film):
    frames, rate = clips.decode(film(counting(9)))
    assert rate == 10
    assert frames[:, 0, 0, 0].tolist() == [10 * i for i in range(9)]


def test_a_clip_is_sampled_around_its_middle_at_the_networks_rate(film):
    (sample,) = clips.read(film(counting(21)), [CLIP])
    shown = (sample + 127.5).round()
    assert sample.shape == (3, 5, 32, 32)
    assert shown[0, :, 0, 0].tolist() == [60, 80, 100, 120, 140]


@pytest.mark.parametrize("count", [20, 21])
@pytest.mark.parametrize("frames", [4, 5])
def test_at_the_films_own_rate_every_frame_is_seen_once(film, count, frames):
    (sample,) = clips.read(film(counting(count)), [CLIP.model_copy(update={"frames": frames, "fps": 10.0})])
    assert sample[0, :, 0, 0].diff().tolist() == [10] * (frames - 1)


def test_a_short_clip_repeats_its_ends(film):
    (sample,) = clips.read(film(counting(3)), [CLIP])
    assert (sample + 127.5).round()[0, :, 0, 0].tolist() == [0, 0, 10, 20, 20]


def test_the_middle_is_cut_out_of_a_wide_frame(film):
    wide = np.zeros((3, 32, 96, 3), np.uint8)
    wide[:, :, 32:64] = 200
    (sample,) = clips.read(film(wide), [APPEARANCE])
    assert float((sample + 127.5).min()) == 200


def test_motion_is_measured_between_frames_in_pixels(film):
    texture = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    frames = np.stack([np.roll(texture, 2 * i, axis=1)[32:96, 32:96] for i in range(9)])
    (sample,) = clips.read(film(frames), [MOTION])
    assert sample.shape == (2, 4, 64, 64)
    u, v = (sample[:, :, 16:48, 16:48] / MOTION.levels_per_px).flatten(1).median(1).values.tolist()
    assert u == pytest.approx(2, abs=0.2)
    assert v == pytest.approx(0, abs=0.2)


def test_a_part_of_a_video_is_read(film):
    path = film(counting(21))
    part, rate = clips.decode(path, 0.5, 1.2)
    assert rate == 10
    assert part[:, 0, 0, 0].tolist() == [50, 60, 70, 80, 90, 100, 110]
    with pytest.raises(ClipProblem, match="has 0 frames from 9 to 10 s"):
        clips.decode(path, 9, 10)


def test_what_is_seen_may_lie_elsewhere_than_in_the_middle(film):
    frames, rate = clips.decode(film(counting(21)))
    early = clips.sample(frames, rate, CLIP, middle=0.25)
    assert (early + 127.5).round()[0, :, 0, 0].tolist() == [10, 30, 50, 70, 90]


@pytest.mark.parametrize("content", [b"", b"not a video at all"])
def test_what_is_no_video_is_named(tmp_path, content):
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    with pytest.raises(ClipProblem, match=r"broken\.mp4"):
        clips.decode(path)


def test_real_clips_can_be_read():
    samples = os.environ.get("KINETOSCOPE_SAMPLES")
    if not samples:
        pytest.skip("KINETOSCOPE_SAMPLES is not set: no real clips to read")
    for folder in ("hmdb51", "kinetics"):
        for clip in plain(Path(samples) / "clips" / folder):
            (sample,) = clips.read(clip.path, [CLIP])
            assert sample.shape == (3, 5, 32, 32)
            assert float(sample.std()) > 1


def test_segments_are_snippets_of_equal_parts_of_the_video(film):
    frames, rate = clips.decode(film(counting(19)))
    apart = CLIP.model_copy(update={"frames": 6, "segments": 3, "fps": 10.0})
    sample = clips.sample(frames, rate, apart)
    assert (sample + 127.5).round()[0, :, 0, 0].tolist() == [30, 40, 90, 100, 150, 160]
    flow = MOTION.model_copy(update={"frames": 6, "segments": 3})
    assert clips.sample(frames, rate, flow).shape == (2, 6, 64, 64)
