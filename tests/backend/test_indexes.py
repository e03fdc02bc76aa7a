from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.indexes import Indexes
from contract.archive import Archive
from contract.errors import NoFindings, UnknownIndex
from contract.findings import Balance, OptimaFindings, Tuning, UnitFindings
from tests.backend.analysed import overview
from tests.fakes import CARD

CONV1 = CARD.layer("conv1")  # 8 units
TUNING = {"speeds": (1.0, 2.0), "response": (1.0, 0.5)}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path, CARD.fingerprint)
    archive.put_layer("conv1", [unit(number) for number in range(8)])
    archive.put_optima(
        OptimaFindings(
            layer="conv1",
            units={3: Tuning(**TUNING, invariance=0.75)},
            invariance=0.75,
            control=None,
            likeness=None,
            likeness_control=None,
        )
    )
    archive.put_overview(overview(CARD.fingerprint))
    return archive


def unit(number: int, *, selectivity: float | None = None) -> UnitFindings:
    return UnitFindings(
        unit=number,
        maximum=2.0 + number,
        selectivity=selectivity,
        profile=(0.1 * number, 0.2 * number),
        contribution=(-number, number),
        balance=Balance(shares={"appearance": 0.3, "motion": 0.1 * number}, interaction=0.0, joint=False),
        tuning=Tuning(**TUNING, invariance=0.5, rest=0.1) if number % 2 else None,
    )


def test_every_index_is_a_figure_per_unit(tmp_path, archive):
    indexes = Indexes(tmp_path)
    assert indexes.column(CARD, CONV1, "maximum") == tuple(2.0 + n for n in range(8))
    assert indexes.column(CARD, CONV1, "rest") == (None, 0.1) * 4
    assert indexes.column(CARD, CONV1, "chi") == (None, None, None, 0.75, None, None, None, None)
    assert indexes.column(CARD, CONV1, "contribution.2") == tuple(range(8))  # of the second class with clips
    assert indexes.column(CARD, CONV1, "profile.0") == pytest.approx([0.1 * n for n in range(8)])


def test_those_that_some_unit_has_are_listed_with_their_ranges(tmp_path, archive):
    found = {index.name: (index.units, index.least, index.most) for index in Indexes(tmp_path).all(CARD, CONV1)}
    assert found["maximum"] == (8, 2.0, 9.0)
    assert found["invariance"] == (4, 0.5, 0.5)
    assert found["chi"] == (1, 0.75, 0.75)
    assert "selectivity" not in found
    assert not any(name.startswith(("profile", "contribution")) for name in found)


def test_shares_are_of_layers_that_several_inputs_reach(tmp_path, archive):
    joint = CONV1.model_copy(update={"streams": ("appearance", "motion")})
    assert Indexes(tmp_path).column(CARD, joint, "share.motion") == pytest.approx([0.1 * n for n in range(8)])
    alone = CONV1.model_copy(update={"streams": ("motion",)})
    with pytest.raises(UnknownIndex):
        Indexes(tmp_path).column(CARD, alone, "share.motion")


def test_a_class_without_clips_is_no_index(tmp_path, archive):
    with pytest.raises(UnknownIndex) as refused:
        Indexes(tmp_path).column(CARD, CONV1, "profile.1")
    assert "profile.2" in refused.value.allowed


def test_a_new_analysis_is_seen(tmp_path, archive):
    indexes = Indexes(tmp_path)
    before = indexes.column(CARD, CONV1, "selectivity")
    archive.put_layer("conv1", [unit(number, selectivity=0.5) for number in range(8)])
    os.utime(archive.folder / "layers" / "conv1.jsonl", (1, 1))
    assert before == (None,) * 8
    assert indexes.column(CARD, CONV1, "selectivity") == (0.5,) * 8


def test_a_model_that_was_not_analysed_has_none(tmp_path):
    assert Indexes(tmp_path).all(CARD, CONV1) == []
    with pytest.raises(NoFindings):
        Indexes(tmp_path).column(CARD, CONV1, "maximum")
