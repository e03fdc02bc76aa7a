import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.uploads import DRAFT, NoRoomForClips, Uploads
from contract.clip import Film, Limits
from contract.errors import (
    ClipGone,
    ClipRefused,
    ClipTooLarge,
    ClipWasHere,
    KinetoscopeError,
    UnknownFormat,
    Unsuited,
)
from contract.result import StreamPicture

FILM = b"GIF89a" + bytes(1000)


async def parts(data: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def take(uploads: Uploads, data: bytes = FILM, name: str = "film.gif", announced: int = 0):
    return asyncio.run(uploads.take(name, parts(data), announced=announced))


def left(uploads: Uploads) -> list[str]:
    return sorted(path.name for path in uploads.clips.folder.glob("*")) if uploads.clips.folder.is_dir() else []


def test_a_film_is_kept_under_what_is_in_it(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    one, same, other = take(uploads), take(uploads, name="other.mp4"), take(uploads, FILM + b"x")
    assert one.id == same.id != other.id
    assert (one.bytes, one.format) == (1006, "gif")
    assert uploads.clips.original(one.id).read_bytes() == FILM
    assert [each.name for each in uploads.all()] == ["film.gif", "other.mp4"]
    assert left(uploads) == sorted([one.id, other.id])


@pytest.mark.parametrize(
    ("data", "limits", "announced", "error", "words"),
    [
        (FILM, Limits(bytes=1000), 0, ClipTooLarge, "at most 0.0 MB"),
        (FILM, Limits(), 300 * 2**20, ClipTooLarge, "has 300.0 MB or more; at most 200.0 MB"),
        (FILM, Limits(together=1000), 0, NoRoomForClips, "go after 24 hours"),
        (b"", Limits(), 0, ClipRefused, "empty"),
        (b"GI", Limits(), 0, UnknownFormat, "none of mp4, avi, webm, mkv, gif"),
        (b"MZ" + FILM, Limits(), 0, UnknownFormat, "begins with b'MZGIF89a'"),
    ],
)
def test_what_is_not_taken_leaves_nothing(
    tmp_path: Path, data: bytes, limits: Limits, announced: int, error: type[KinetoscopeError], words: str
) -> None:
    uploads = Uploads(tmp_path, limits)
    with pytest.raises(error, match=words):
        take(uploads, data, announced=announced)
    assert left(uploads) == []


def test_a_broken_off_upload_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield FILM
        raise ConnectionError

    uploads = Uploads(tmp_path)
    with pytest.raises(NoRoomForClips):  # an OSError while writing looks the same
        asyncio.run(uploads.take("film", broken()))
    assert left(uploads) == []


def test_room_is_shared_by_all(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, Limits(together=2500))
    take(uploads)
    take(uploads, FILM + b"x")
    with pytest.raises(NoRoomForClips):
        take(uploads, FILM + b"y")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\film.avi", "film.avi"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("", "clip"),
        ("/", "clip"),
    ],
)
def test_a_name_is_shown_and_never_a_path(tmp_path: Path, name: str, shown: str) -> None:
    uploads = Uploads(tmp_path)
    assert take(uploads, name=name).name == shown
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clips"]


def test_clips_go_when_their_time_is_over_and_live_on_when_brought_again(tmp_path: Path) -> None:
    short = Uploads(tmp_path, Limits(kept_for=-1.0))
    gone = take(short)
    assert short.find(gone.id) is None
    assert short.all() == []
    assert Uploads(tmp_path).find(take(Uploads(tmp_path)).id) is not None
    take(short)
    draft = short.clips.folder / f"{DRAFT}old"
    draft.mkdir()
    short.expire()
    assert left(short) == [draft.name]
    os.utime(draft, (time.time() - 7200,) * 2)
    short.expire()
    assert left(short) == []


def test_what_is_no_id_finds_nothing(tmp_path: Path) -> None:
    with pytest.raises(ClipGone):
        Uploads(tmp_path).find("../clips")


def test_a_place_is_promised_for_a_clip_of_a_set(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    one = uploads.promise("clips/1.mp4", model="tiny", surveyed="0123456789abcdef")
    assert uploads.find(one.id) == one
    assert (one.name, one.check.model, one.check.surveyed) == ("1.mp4", "tiny", "0123456789abcdef")


def test_it_is_known_for_a_while_how_a_clip_went(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    one = take(uploads)
    assert not isinstance(uploads.gone("0" * 32), ClipWasHere)
    uploads.remove(one.id)
    assert "was deleted" in uploads.gone(one.id).detail
    grave = tmp_path / "clips-gone" / one.id
    uploads.expire()
    assert grave.is_file()
    os.utime(grave, (1.0, 1.0))
    uploads.expire()
    assert not isinstance(uploads.gone(one.id), ClipWasHere)


def test_what_was_made_of_clips_takes_their_room_as_well(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, Limits(together=5000))
    one = take(uploads)
    uploads.clips.place(one.id).joinpath("deep").mkdir()
    uploads.clips.place(one.id).joinpath("deep", "picture.webp").write_bytes(bytes(4000))
    with pytest.raises(NoRoomForClips, match="Clips may take"):
        take(uploads, FILM + b"x")
    uploads.remove(one.id)
    take(uploads, FILM + b"x")


def test_a_study_is_of_a_clip_that_is_here_and_was_looked_at(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    uploads.check("drawn-3")
    one = take(uploads)
    with pytest.raises(ClipRefused, match="not been looked at"):
        uploads.check(one.id)
    picture = StreamPicture(name="film", kind="clip", frames=1, height=1, width=1, fps=1.0, strip="a", poster="b")
    film = Film(seconds=2.0, frames=20, fps=10.0, width=8, height=8, codec="x", picture=picture)
    uploads.clips.put(one.id, "film.json", film, {})
    uploads.check(one.id)
    uploads.check(f"{one.id}-2000")
    with pytest.raises(Unsuited, match="2001 ms lie behind the end"):
        uploads.check(f"{one.id}-2001")
    with pytest.raises(ClipGone):
        uploads.check("0" * 32)
