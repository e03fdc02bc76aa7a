from pathlib import Path

import pytest
from redis import Redis

from backend.surveyor import Surveyor
from contract.ablation import AblationSpec
from contract.analysis import DRAWN, DRAWN_SOURCE
from contract.archive import Archive
from contract.clip import CheckSpec
from contract.needs import Surveyed
from contract.shelf import Shelf
from contract.work import Work
from tests.backend.analysed import overview
from tests.fakes import CARD, spec

ABLATION = AblationSpec(clip="0123456789abcdef", silent=(), model="tiny", fingerprint=CARD.fingerprint)
LOOK = CheckSpec(clip="0" * 32, model="tiny", surveyed="0123456789abcdef")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path, CARD.fingerprint)


@pytest.fixture
def surveyor(tmp_path: Path, queue_server: Redis) -> Surveyor:
    shelf = Shelf(queue_server)
    shelf.publish(CARD)
    return Surveyor(tmp_path, shelf, ["ucf"])


def found(archive: Archive, source: str) -> None:
    archive.put_overview(overview(CARD.fingerprint).model_copy(update={"source": source}))


@pytest.mark.parametrize("work", [ABLATION, LOOK])
def test_a_set_of_the_settings_and_the_drawn_clips_are_known_by_name(
    surveyor: Surveyor, archive: Archive, work: Work
) -> None:
    assert surveyor(work) is None
    found(archive, "ucf")
    assert surveyor(work) == Surveyed(CARD.fingerprint, "ucf")
    found(archive, DRAWN_SOURCE)
    assert surveyor(work) == Surveyed(CARD.fingerprint, DRAWN)


def test_a_folder_of_the_servers_machine_has_no_name(surveyor: Surveyor, archive: Archive, tmp_path: Path) -> None:
    found(archive, "holidays")
    assert surveyor(ABLATION) is None
    found(archive, "ucf")
    archive.remember_folder(tmp_path / "ucf")
    assert surveyor(ABLATION) is None


def test_other_requests_are_about_no_set(surveyor: Surveyor, archive: Archive) -> None:
    found(archive, "ucf")
    others = [spec(1), CheckSpec(clip="0" * 32), LOOK.model_copy(update={"model": "unknown"})]
    assert [surveyor(work) for work in others] == [None, None, None]
