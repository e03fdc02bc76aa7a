"""The closed cases of the findings, from clips to figures: planted units are known for what they are."""

import pytest

from worker.analyses import survey
from worker.analyses.control import shuffled
from worker.analyses.planted import ANY, BOTH, CARD, FAST, LOOK, MOVE, STILL, SUM, clips, wired
from worker.analyses.records import Surveyed
from worker.analyses.units import layer_summary, unit_findings


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    model, folder = wired(), tmp_path_factory.mktemp("records")
    entries = clips()
    list(
        survey.survey(
            entries,
            module=model.module,
            control=shuffled(model.module),
            card=CARD,
            folder=folder,
            replays=20,
            seen=lambda *_: None,
            failed=lambda _, reason: pytest.fail(str(reason)),
        )
    )
    return Surveyed(entries, folder, (0, 1))


@pytest.fixture(scope="module")
def units(found):
    return unit_findings(found.layer("top"), CARD, CARD.layer("top"))


def test_a_unit_wired_to_one_input_has_share_1_of_it_and_0_of_the_other(units):
    assert units[LOOK].balance.shares == {"appearance": 1, "motion": 0}
    assert units[MOVE].balance.shares == {"appearance": 0, "motion": 1}
    assert not units[LOOK].balance.joint


def test_a_conjunction_shows_as_interaction_and_a_sum_as_none(units):
    assert units[BOTH].balance.interaction == 1
    assert units[SUM].balance.interaction == pytest.approx(0, abs=1e-3)
    assert units[STILL].balance is None, "no input changes it"


def test_speed_selective_and_speed_invariant_units_are_told_apart(units):
    assert units[FAST].tuning.response == pytest.approx((0, 0, 0, 0, 1), abs=0.02)
    assert units[FAST].tuning.invariance == pytest.approx(0.2, abs=0.01)
    assert units[ANY].tuning.invariance == 1
    assert units[ANY].tuning.rest == 0
    assert units[LOOK].tuning is None, "motion adds nothing to it"
    assert units[SUM].tuning.rest == pytest.approx(1 / 11, abs=1e-3), "of five clips one has a picture: 1 of 4 x 2 + 3"


def test_a_class_specific_and_a_constant_unit(units):
    assert units[LOOK].selectivity == 1
    assert units[MOVE].selectivity == 1
    assert units[STILL].selectivity == 0
    assert units[LOOK].profile == (pytest.approx(1.25, abs=1e-3), 0)
    assert units[LOOK].contribution[0] == pytest.approx(1.25, abs=1e-3)


def test_the_examples_of_a_conjunction_start_with_the_one_clip_that_has_both(units, found):
    first = units[BOTH].examples[0]
    assert (first.clip, first.group) == (found.entries[-1].id, "top")
    left, top, right, bottom = first.box
    assert left <= 13 / 16 <= right
    assert top <= 2 / 16 <= bottom


def test_the_layer_in_short(found, units):
    summary = layer_summary(found.layer("top"), CARD, CARD.layer("top"), units)
    assert summary.joint == pytest.approx(1 / 5), "the sum alone, of five units that have shares"
    assert sum(summary.histogram) == 5
    assert summary.invariance is not None
    assert summary.control is not None
    columns = found.layer("look")
    alone = layer_summary(columns, CARD, CARD.layer("look"), unit_findings(columns, CARD, CARD.layer("look")))
    assert alone.joint is None
    assert alone.histogram == ()
