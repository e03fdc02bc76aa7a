import pytest

from contract.clip import LIMITS, CheckSpec, Clips, format_of
from contract.errors import ClipGone

ID = "ab" * 16


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mp4"),
        (b"RIFF\x10\x00\x00\x00AVI LIST", "avi"),
        (b"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x84webm", "webm"),
        (b"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x88matroska", "mkv"),
        (b"GIF89a\x00\x00", "gif"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", None),
        (b"#EXTM3U\n", None),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_formats_are_known_by_their_first_bytes(head: bytes, found: str | None) -> None:
    assert format_of(head) == found
    assert found is None or found in LIMITS.formats


def test_a_clip_is_looked_at_once_whoever_asks() -> None:
    assert CheckSpec(clip=ID).id == CheckSpec(clip=ID, model="tiny", surveyed="0123456789abcdef").id
    assert CheckSpec(clip=ID).id != CheckSpec(clip="cd" * 16).id


@pytest.mark.parametrize("identity", ["..", "../../etc", "", "ab", "AB" * 16, "ab" * 16 + "/", "ab" * 16 + "\n"])
def test_no_other_folder_is_ever_meant(tmp_path, identity: str) -> None:
    clips = Clips(tmp_path)
    for what in (clips.place, clips.original, clips.film, clips.remove):
        with pytest.raises(ClipGone):
            what(identity)


@pytest.mark.parametrize("file", ["../upload.json", "original", "upload.json", ".film.webp.part", "a/b.webp", ""])
def test_only_pictures_are_given_out(tmp_path, file: str) -> None:
    clips = Clips(tmp_path)
    clips.place(ID).mkdir(parents=True)
    for name in ("original", "upload.json", "film.webp", ".film.webp.part"):
        (clips.place(ID) / name).write_bytes(b"x")
    assert clips.media(ID, "film.webp") == b"x"
    assert clips.media(ID, file) is None


def test_what_is_made_of_a_clip_goes_with_it(tmp_path) -> None:
    clips = Clips(tmp_path)
    clips.place(ID).mkdir(parents=True)
    clips.put(ID, "a.json", CheckSpec(clip=ID), {"a.webp": b"x"})
    assert sorted(path.name for path in clips.place(ID).iterdir()) == ["a.json", "a.webp"]
    clips.remove(ID)
    assert list(clips.folder.iterdir()) == []
    with pytest.raises(ClipGone):
        clips.put(ID, "a.json", CheckSpec(clip=ID), {})
    assert list(clips.folder.iterdir()) == []
