from pathlib import Path

import pytest

from contract.archive import Archive
from contract.clip import CheckSpec, Clips
from contract.errors import ClipGone, ClipProblem
from tests.fakes import CARD
from tests.worker.probing import films
from worker.analyses import collection, sets
from worker.analyses.collection import Entry
from worker.datasets import reader
from worker.models import demo
from worker.probing import check
from worker.pyramids.source import Source


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "data", CARD.fingerprint)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two clips of a class; they are found, not read."""
    folder = tmp_path / "clips" / "cello"
    folder.mkdir(parents=True)
    for name in ("a.mp4", "b.mp4"):
        (folder / name).touch()
    return folder.parent


def test_drawn_clips_go_by_number_and_by_id(archive: Archive) -> None:
    card = demo.build(Path()).card
    entries, _ = sets.drawn(card)
    assert Source(card, archive, {}, archive.folder).find("drawn-7").id == entries[7].id
    assert Source(card, archive, {}, archive.folder).find(entries[5].id).name == entries[5].name
    with pytest.raises(ClipProblem, match="drawn-0 to drawn-399"):
        Source(card, archive, {}, archive.folder).find("drawn-400")


def test_clips_of_folders_that_the_settings_name_or_that_were_surveyed(archive: Archive, folder: Path) -> None:
    identity = collection.from_set(reader.find(folder, cache=archive.folder), CARD)[1].id
    assert Source(CARD, archive, {"own": folder}, archive.folder).find(identity).name == "cello/b.mp4"
    with pytest.raises(ClipProblem, match="KINETOSCOPE_CLIPS"):
        Source(CARD, archive, {}, archive.folder).find(identity)
    archive.remember_folder(folder)
    assert Source(CARD, archive, {"gone": folder / "nowhere"}, archive.folder).find(identity).label == 0


def test_clips_are_drawn_for_the_demo_only(archive: Archive) -> None:
    with pytest.raises(ClipProblem, match="for the demo only"):
        Source(CARD, archive, {}, archive.folder).find("drawn-0")


def test_clips_of_a_class_are_taken_evenly_from_the_first_set_that_has_any(archive: Archive, folder: Path) -> None:
    card = demo.build(Path()).card
    drawn = Source(card, archive, {}, archive.folder).of_class(3)
    assert len({entry.id for entry in drawn}) == 12
    assert {entry.label for entry in drawn} == {3}
    assert {entry.split for entry in drawn} == {"easy", "hard"}
    known = Source(card, archive, {}, archive.folder)
    assert [entry.id for entry in known.entries("class-3")] == [entry.id for entry in drawn]
    assert [entry.id for entry in known.entries(drawn[0].id)] == [drawn[0].id]
    found = Source(CARD, archive, {"empty": folder / "nowhere", "own": folder}, archive.folder).of_class(0)
    assert [entry.name for entry in found] == ["cello/a.mp4", "cello/b.mp4"]
    with pytest.raises(ClipProblem, match="No clip of 'drums'"):
        Source(CARD, archive, {"own": folder}, archive.folder).of_class(2)


def test_a_clip_that_was_brought_is_seen_about_its_middle_or_where_it_is_said(tmp_path: Path, archive: Archive) -> None:
    identity, clips, card = "ab" * 16, Clips(tmp_path), demo.build(Path()).card
    clips.place(identity).mkdir(parents=True)
    films.write(clips.place(identity) / "original", films.counting(20, 96, 96))  # two seconds, ever lighter
    check.check(CheckSpec(clip=identity), clips, fetch=lambda *_: None)

    def seen(name: str) -> tuple[Entry, float]:
        entry = Source(card, archive, {}, archive.folder, brought=clips).find(name)
        inputs = entry.read(1.0)
        assert inputs is not None
        assert [tuple(x.shape) for x in inputs] == [(s.channels, s.frames, s.height, s.width) for s in card.streams]
        return entry, float(inputs[0].mean())

    (middle, lightness), (early, darkness) = seen(identity), seen(f"{identity}-300")
    assert (middle.id, early.id) == (identity, f"{identity}-300")
    assert lightness - darkness == pytest.approx(70, abs=15)
    with pytest.raises(ClipGone):
        Source(card, archive, {}, archive.folder, brought=clips).find("cd" * 16)
