from pathlib import Path

import pytest

from contract.archive import Archive
from contract.errors import ClipProblem
from tests.fakes import CARD
from worker.analyses import collection, sets
from worker.datasets import reader
from worker.models import demo
from worker.pyramids.source import find


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
