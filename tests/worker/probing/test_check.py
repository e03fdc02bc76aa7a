import io
import shutil

import pytest
from PIL import Image

from contract.clip import CheckSpec, Clips
from contract.errors import ClipGone, ClipProblem, ClipRefused
from tests.worker.probing import films
from worker.probing import check

ID = "ab" * 16


def bring(data, make) -> Clips:
    clips = Clips(data)
    clips.place(ID).mkdir(parents=True)
    make(clips.place(ID) / "original")
    return clips


def unknown(spec, folder):
    raise ClipProblem("not known")


def test_a_clip_gets_its_facts_and_a_strip(tmp_path):
    clips = bring(tmp_path, lambda path: films.write(path, films.counting(20, 100, 320), rate=10))
    check.check(CheckSpec(clip=ID), clips, fetch=unknown)
    film = clips.film(ID)
    assert film is not None
    assert (film.frames, film.fps, film.width, film.height) == (20, 10.0, 320, 100)
    assert (film.picture.frames, film.picture.height, film.picture.width, film.picture.fps) == (20, 50, 160, 10.0)
    strip, poster = (clips.media(ID, file) for file in (film.picture.strip, film.picture.poster))
    assert strip is not None
    assert poster is not None
    assert Image.open(io.BytesIO(strip)).size == (20 * 160, 50)
    assert Image.open(io.BytesIO(poster)).size == (160, 50)


def test_what_is_refused_is_deleted(tmp_path):
    clips = bring(tmp_path, films.sound)
    with pytest.raises(ClipRefused, match="only sound"):
        check.check(CheckSpec(clip=ID), clips, fetch=unknown)
    assert list(clips.folder.iterdir()) == []


def test_a_clip_that_was_deleted_meanwhile_stays_deleted(tmp_path, monkeypatch):
    clips = bring(tmp_path, lambda path: films.write(path, films.counting(3)))
    found = check.decoding.decode(clips.original(ID), look=True)
    monkeypatch.setattr(check.decoding, "decode", lambda *_, **__: (clips.remove(ID), found)[1])
    with pytest.raises(ClipGone):
        check.check(CheckSpec(clip=ID), clips, fetch=unknown)
    assert list(clips.folder.iterdir()) == []


def test_a_surveyed_clip_is_fetched_first(tmp_path):
    clips = Clips(tmp_path)
    clips.place(ID).mkdir(parents=True)
    film = films.write(tmp_path / "film", films.counting(5))
    spec = CheckSpec(clip=ID, model="tiny", surveyed="0123456789abcdef")
    check.check(spec, clips, fetch=lambda _, folder: shutil.copyfile(film, folder / "original"))
    found = clips.film(ID)
    assert found is not None
    assert found.frames == 5
    with pytest.raises(ClipProblem, match="not known"):
        check.check(spec, clips, fetch=unknown)
    assert not clips.place(ID).exists()
