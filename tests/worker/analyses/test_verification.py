import pytest

from benchmarks.report import met
from contract.archive import Archive
from contract.findings import LayerSummary, OptimaFindings, Overview
from worker.analyses import findings, verification
from worker.analyses.collection import drawn_in_turn
from worker.demo.clips import CLASSES, PAIRS
from worker.models import demo


def test_the_closed_cases_hold():
    found = list(verification.closed_cases())
    assert len(found) == 12
    assert [name for name, value, _, target in found if not met(value, target)] == []


def test_a_blind_analysis_fails_the_closed_cases(monkeypatch):
    """Were the shares taken from another unit, it would be seen."""
    monkeypatch.setattr(verification, "LOOK", verification.MOVE)
    missed = [name for name, value, _, target in verification.closed_cases() if not met(value, target)]
    assert missed == ["planted.one_input.its_share", "planted.one_input.other_share"]


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory):
    model = demo.build(tmp_path_factory.mktemp("none"))
    entries = drawn_in_turn(20, 4321, streams=model.card.streams)
    archive = Archive(tmp_path_factory.mktemp("data"), model.card.fingerprint)
    patch = pytest.MonkeyPatch()
    patch.setattr(findings, "REPLAYED", 2)
    overview = findings.analyse(model, entries, archive, source="", progress=lambda *_: None, failed=pytest.fail)
    patch.undo()
    return model, entries, archive, overview


def test_confusions_of_the_demo_are_counted_and_explained(surveyed):
    found = {name: (value, target) for name, value, _, target in verification.confusions(*surveyed)}
    assert len(found) == 3 * len(PAIRS)
    _, entries, archive, overview = surveyed
    wrong = sum(clip.predicted != clip.label for clip in archive.clips().values())
    in_matrix = sum(clips for each in overview.classes for _, clips in each.confused)
    assert wrong == in_matrix
    assert len(entries) == overview.total
    assert found["pair.part_rank.slow billiards / fast billiards"][0] == 1
    assert found["pair.part_rank.eye make-up / lipstick"][0] == 1


def test_what_is_said_of_a_pair_is_about_all_pairs():
    assert set(verification.SAID) == {first for first, _ in PAIRS}
    assert set(verification.SAID) < set(CLASSES)


def test_curves_have_their_controls():
    layers = (
        LayerSummary(path="appearance.conv1", depth=1, lane="appearance", selectivity=0.1, invariance=1.0),
        LayerSummary(path="motion.conv1", depth=1, lane="motion", selectivity=0.1, invariance=0.5, control=0.3),
        LayerSummary(path="fc6", depth=7, lane="joint", selectivity=0.5, joint=0.2, interaction=0.3, invariance=0.7),
    )
    shape = {"present": (), "clips": (), "total": 0, "right": 0, "labelled": 0, "classes": ()}
    overview = Overview(fingerprint="f", source="", layers=layers, **shape)
    found = {name: value for name, value, _, _ in verification.curves(overview)}
    assert found["curve.invariance.motion.conv1"] == 0.5
    assert found["curve.invariance.motion.conv1.shuffled"] == 0.3
    assert found["curve.joint.fc6"] == 0.2
    assert "curve.invariance.appearance.conv1" not in found


def test_curves_of_optima_have_their_controls_too():
    empty = {"units": {}, "likeness": None, "likeness_control": None}
    found = [
        OptimaFindings(layer="appearance.conv1", invariance=None, control=None, **empty),
        OptimaFindings(layer="motion.conv1", invariance=0.7, control=0.5, **empty),
        OptimaFindings(layer="fc6", units={}, invariance=0.8, control=0.3, likeness=0.6, likeness_control=0.1),
    ]
    assert {name: value for name, value, _, _ in verification.optima_curves(found)} == {
        "curve.chi.motion.conv1": 0.7,
        "curve.chi.motion.conv1.shuffled": 0.5,
        "curve.chi.fc6": 0.8,
        "curve.chi.fc6.shuffled": 0.3,
        "curve.likeness.fc6": 0.6,
        "curve.likeness.fc6.different_units": 0.1,
    }
