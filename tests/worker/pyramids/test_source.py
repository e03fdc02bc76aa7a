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
from worker.pyramids.source import find, of_class


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
    assert find("drawn-7", card, archive, {}, cache=archive.folder).id == entries[7].id
    assert find(entries[5].id, card, archive, {}, cache=archive.folder).name == entries[5].name
    with pytest.raises(ClipProblem, match="drawn-0 to drawn-399"):
        find("drawn-400", card, archive, {}, cache=archive.folder)


def test_clips_of_folders_that_the_settings_name_or_that_were_surveyed(archive: Archive, folder: Path) -> None:
    identity = collection.from_set(reader.find(folder, cache=archive.folder), CARD)[1].id
    assert find(identity, CARD, archive, {"own": folder}, cache=archive.folder).name == "cello/b.mp4"
    with pytest.raises(ClipProblem, match="KINETOSCOPE_CLIPS"):
        find(identity, CARD, archive, {}, cache=archive.folder)
    archive.remember_folder(folder)
    assert find(identity, CARD, archive, {"gone": folder / "nowhere"}, cache=archive.folder).label == 0


def test_clips_are_drawn_for_the_demo_only(archive: Archive) -> None:
    with pytest.raises(ClipProblem, match="for the demo only"):
        find("drawn-0", CARD, archive, {}, cache=archive.folder)


def test_clips_of_a_class_are_taken_evenly_from_the_first_set_that_has_any(archive: Archive, folder: Path) -> None:
    card = demo.build(Path()).card
    drawn = of_class(3, card, archive, {}, cache=archive.folder)
    assert len({entry.id for entry in drawn}) == 12
    assert {entry.label for entry in drawn} == {3}
    assert {entry.split for entry in drawn} == {"easy", "hard"}
    found = of_class(0, CARD, archive, {"empty": folder / "nowhere", "own": folder}, cache=archive.folder)
    assert [entry.name for entry in found] == ["cello/a.mp4", "cello/b.mp4"]
    with pytest.raises(ClipProblem, match="No clip of 'drums'"):
        of_class(2, CARD, archive, {"own": folder}, cache=archive.folder)


def test_a_clip_that_was_brought_is_seen_about_its_middle_or_where_it_is_said(tmp_path: Path, archive: Archive) -> None:
    identity, clips, card = "ab" * 16, Clips(tmp_path), demo.build(Path()).card
    clips.place(identity).mkdir(parents=True)
    films.write(clips.place(identity) / "original", films.counting(20, 96, 96))  # two seconds, ever lighter
    check.check(CheckSpec(clip=identity), clips, fetch=lambda *_: None)

    def seen(name: str) -> tuple[Entry, float]:
        entry = find(name, card, archive, {}, cache=archive.folder, brought=clips)
        inputs = entry.read(1.0)
        assert inputs is not None
        assert [tuple(x.shape) for x in inputs] == [(s.channels, s.frames, s.height, s.width) for s in card.streams]
        return entry, float(inputs[0].mean())

    (middle, lightness), (early, darkness) = seen(identity), seen(f"{identity}-300")
    assert (middle.id, early.id) == (identity, f"{identity}-300")
    assert lightness - darkness == pytest.approx(70, abs=15)
    with pytest.raises(ClipGone):
        find("cd" * 16, card, archive, {}, cache=archive.folder, brought=clips)
