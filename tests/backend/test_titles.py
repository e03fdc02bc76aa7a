from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.titles import Titles
from backend.uploads import Uploads
from contract.ablation import AblationSpec
from contract.analysis import AnalysisSpec
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.clip import CheckSpec
from contract.errors import UnknownModel
from contract.findings import SurveyedClip
from contract.probe import ProbeSpec
from contract.pyramid import PyramidSpec
from contract.units import UnitName
from contract.work import Work
from tests.fakes import CARD, spec

BOUND = {"model": "tiny", "fingerprint": CARD.fingerprint}
GONE = "0" * 32


class Shelf:
    def card(self, name: str) -> ModelCard:
        if name != CARD.name:
            raise UnknownModel(name, [CARD.name])
        return CARD


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


@pytest.fixture
def titles(uploads: Uploads, tmp_path: Path) -> Titles:
    clips = [SurveyedClip(id="c1", name="cello/a.mkv", label=0, predicted=0)]
    Archive(tmp_path, CARD.fingerprint).put_clips(clips)
    return Titles(Shelf(), uploads, tmp_path)  # type: ignore[arg-type]


@pytest.fixture
def film(uploads: Uploads) -> str:
    async def body() -> AsyncIterator[bytes]:
        yield b"GIF89a" + bytes(100)

    return asyncio.run(uploads.take("my film.gif", body())).id


def pyramid(clip: str, label: int | None = None, rival: int | None = None) -> PyramidSpec:
    return PyramidSpec(clip=clip, label=label, rival=rival, rows=None, units=4, **BOUND)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("work", "title"),
    [
        (spec(3), "Unit 3 of conv1"),
        (spec(1, layer="classes"), "violin"),
        (spec(1, layer="conv9"), "Unit 1 of conv9"),
        (spec(1, layer="classes").model_copy(update={"model": "gone"}), "Unit 1 of classes"),
        (AnalysisSpec(what="clips", clips="ucf", **BOUND), "Clips: ucf"),
        (AnalysisSpec(what="clips", clips="drawn", **BOUND), "Drawn clips"),
        (AnalysisSpec(what="optima", units=1, **BOUND), "Optima of 1 unit per layer"),
        (pyramid("c1"), "Pyramid of cello/a.mkv"),
        (pyramid("c2", 0), "Pyramid of clip c2, cello"),
        (pyramid("class-2", 2, 0), "Pyramid of the clips of drums, drums against cello"),
        (pyramid(f"{GONE}-1500"), "Pyramid of a clip that is gone at 1.5 s"),
        (
            AblationSpec(clip="drawn-3", silent=(UnitName(layer="conv1", unit=1),), **BOUND),
            "Drawn clip 3 without 1 unit",
        ),
        (CheckSpec(clip=GONE), "Decoding of a clip that is gone"),
    ],
)
def test_a_job_is_called_by_names_as_far_as_they_are_known(titles: Titles, work: Work, title: str) -> None:
    assert titles.of(work) == title


def test_a_clip_that_somebody_brought_is_called_by_its_file(titles: Titles, film: str) -> None:
    probe = ProbeSpec(clip=film, start=0, end=1, at=None, ablate=(), **BOUND)
    assert titles.of(probe) == "Probe of my film.gif"
    assert titles.of(CheckSpec(clip=film)) == "Decoding of my film.gif"
    assert titles.of(pyramid(f"{film}-250")) == "Pyramid of my film.gif at 0.2 s"
