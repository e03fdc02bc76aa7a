import os
from pathlib import Path

import numpy as np
import pytest

from contract.clip import LIMITS
from tests.worker.probing import films
from worker import clips
from worker.datasets import footage
from worker.probing import film
from worker.probing.film import Look, Refused, Take


def order(path, **more):
    takes = more.pop("takes", [])
    return {"path": str(path), "limits": LIMITS.model_dump() | more, "look": True, "takes": takes}


@pytest.mark.parametrize("kind", LIMITS.formats)
def test_every_format_is_known_by_what_is_in_it(tmp_path, kind):
    path = films.write(tmp_path / "film.txt", films.counting(12), kind=kind)
    facts = film.decode(order(path), tmp_path)
    assert (facts["format"], facts["frames"], facts["width"], facts["height"]) == (kind, 12, 48, 32)
    assert facts["seconds"] == pytest.approx(1.2, abs=0.11)
    assert np.load(tmp_path / "look.npy").shape == (12, 32, 48, 3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: films.write(path, films.counting(1)), "has 1 frame; at least 2"),
        (lambda path: films.long(path, 600), "lasts 600 s or more; at most 60 s"),
        (lambda path: films.large(path, 7680, 4320), "7680 x 4320 pixels; at most"),
        (films.bomb, "60000 x 60000 pixels; at most"),
        (films.sound, "no picture, only sound"),
        (lambda path: films.playlist(path, path.with_name("secret")), "none of mp4, avi, webm, mkv, gif"),
    ],
)
def test_what_cannot_be_used_is_refused_with_value_and_limit(tmp_path, make, words):
    with pytest.raises(Refused, match=words):
        film.decode(order(make(tmp_path / "film.mp4")), tmp_path)
    assert not list(tmp_path.glob("*.npy"))


def test_a_film_that_does_not_say_how_long_it_is_is_stopped_at_the_limit(tmp_path):
    path = films.write(tmp_path / "film", films.counting(40, 16, 16), kind="gif", rate=10)
    with pytest.raises(Refused, match="at most 2 s"):
        film.decode(order(path, seconds=2.0), tmp_path)
    with pytest.raises(Refused, match="more than 20 frames"):
        film.decode(order(path, frames=20), tmp_path)


def test_frames_are_taken_at_the_rate_that_is_wanted_nearest_in_time(tmp_path):
    path = films.write(tmp_path / "film", films.counting(21), rate=10)
    take = {"fps": 5.0, "height": 32, "width": 32, "start": 0.5, "end": 1.5}
    film.decode(order(path, takes=[take]), tmp_path)
    assert np.load(tmp_path / "take-0.npy")[:, 0, 0, 0].tolist() == [50, 70, 90, 110, 130]


def test_what_lies_behind_the_end_of_a_film_is_its_last_frame():
    take = Take(fps=4.0, height=8, width=8, start=1.0, end=9.0)
    for index, frame in enumerate(films.counting(4, 8, 8)):
        take.see(index * 0.5, frame)
    take.finish(2.0)
    assert [int(frame[0, 0, 0]) for frame in take.frames] == [20, 30, 30, 30]
    take = Take(fps=4.0, height=8, width=8, start=5.0, end=9.0)
    take.see(0.0, films.counting(1, 8, 8)[0])
    take.finish(0.5)
    assert len(take.frames) == 1


@pytest.mark.parametrize("count", [1, 48, 49, 500])
def test_a_look_is_even_over_a_film_of_any_length(count):
    look = Look()
    for index in range(count):
        look.see(index, np.full((2, 2, 3), index % 256, np.uint8))
    assert min(count, 24) <= len(look.frames) <= 48
    assert [int(frame[0, 0, 0]) for frame in look.frames] == [i % 256 for i in range(0, count, look.every)]


def test_frames_are_shrunk_and_turned():
    wide = np.zeros((32, 96, 3), np.uint8)
    wide[:, 32:64] = 200
    assert film.small(np.zeros((480, 640, 3), np.uint8)).shape == (120, 160, 3)
    assert film.small(wide) is wide
    corner = np.zeros((2, 3, 3), np.uint8)
    corner[0, 2] = 9
    turned = film.upright(corner, 90.0)
    assert turned.shape == (3, 2, 3)
    assert (turned[0, 0] == 9).all()
    assert (film.upright(corner, -90.0)[2, 1] == 9).all()


def test_real_clips_can_be_read(tmp_path):
    samples = os.environ.get("KINETOSCOPE_SAMPLES")
    if not samples:
        pytest.skip("KINETOSCOPE_SAMPLES is not set: no real clips to read")
    for clip in footage.plain(Path(samples) / "clips" / "kinetics"):
        facts = film.decode(order(clip.path), tmp_path)
        frames, rate = clips.decode(clip.path)
        assert (facts["frames"], facts["fps"]) == (len(frames), pytest.approx(rate))
        assert facts["seconds"] == pytest.approx(len(frames) / rate, abs=0.2)
