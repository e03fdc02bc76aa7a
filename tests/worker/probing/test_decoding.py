"""Whatever a file does to the decoder, this process goes on, and nothing is left behind."""

import tempfile

import numpy as np
import pytest

from contract.errors import ClipRefused
from tests.worker.probing import films
from worker import child
from worker.probing import decoding
from worker.probing.decoding import Wanted


@pytest.fixture(autouse=True)
def room(tmp_path, monkeypatch):
    """Where temporary files go; it must be empty afterwards."""
    place = tmp_path / "room"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert list(place.iterdir()) == []


def test_a_film_and_the_frames_that_are_wanted_of_it(tmp_path):
    path = films.write(tmp_path / "film", films.counting(21), kind="mkv", rate=10)
    found = decoding.decode(path, look=True, wanted=[Wanted(5.0, 16, 16, 0.0, 1.0), Wanted(10.0, 32, 48, 1.0, 1.3)])
    assert (found.frames, found.fps, found.width, found.height, found.codec) == (21, 10.0, 48, 32, "ffv1")
    assert found.seconds == pytest.approx(2.1)
    assert found.look is not None
    assert found.look.shape == (21, 32, 48, 3)
    assert [take.shape for take in found.takes] == [(5, 16, 16, 3), (3, 32, 48, 3)]
    assert found.takes[1][:, 0, 0, 0].tolist() == [100, 110, 120]


@pytest.mark.parametrize("keep", [0.02, 0.5])
def test_a_file_that_was_cut_off_is_refused_or_read_as_far_as_it_goes(tmp_path, keep):
    noise = np.random.default_rng(0).integers(0, 255, (30, 64, 64, 3), np.uint8)
    whole = films.write(tmp_path / "whole", noise, kind="mp4").read_bytes()
    with pytest.raises(ClipRefused, match="damaged"):
        decoding.decode(films.broken(tmp_path / "cut", whole, keep), look=True)


def test_a_decoder_that_wants_too_much_memory_is_refused_it(tmp_path):
    path = films.large(tmp_path / "large", 3840, 2160)
    with pytest.raises(ClipRefused, match=r"memory|crashed"):
        decoding.decode(path, look=True, memory=700 * 2**20)


def test_a_decoder_that_takes_too_long_is_stopped(tmp_path):
    path = films.write(tmp_path / "film", films.counting(3))
    with pytest.raises(ClipRefused, match=r"longer than 0\.05 s"):
        decoding.decode(path, look=True, seconds=0.05)


@pytest.mark.parametrize(("ended", "words"), [(-11, "crashed the decoder .signal 11"), (3, "exit status 3")])
def test_a_crash_is_told_in_words(tmp_path, monkeypatch, ended, words):
    monkeypatch.setattr(child, "run", lambda *_, **__: (ended, "noise\nlast words\n"))
    with pytest.raises(ClipRefused, match=rf"{words}.*last words"):
        decoding.decode(tmp_path / "film")
