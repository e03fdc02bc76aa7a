"""Planted optima: what the demo promises is found where it holds, and missed where it does not."""

import pytest
import torch

from benchmarks.report import met
from contract.spec import FAST, SLOW, Parameters, VisualizationSpec
from worker.demo import verification
from worker.demo.clips import CLASSES
from worker.demo.inspection import Gallery
from worker.demo.measures import label_of, part_region
from worker.optimum import Optimum

UPRIGHT, LEVEL = "playing cello", "playing violin"
EYES = torch.from_numpy(part_region("eyes", label_of("lipstick"), clips=20))


def optimum(unit: int, chi: float, *, moving: str = "eyes", activation: float = 1.0) -> Optimum:
    """Instruments are held right; `moving` says what moves in lipstick."""
    appearance = torch.zeros(3, 1, 96, 96)
    appearance[:, :, 20:76, 44:52] = 80
    if CLASSES[unit] == LEVEL:
        appearance = appearance.transpose(2, 3)
    wave = torch.ones(10) if chi == SLOW else torch.cos(2 * torch.pi * torch.arange(10) / 5)
    picture = 0.3 * torch.randn(2, 96, 96, generator=torch.Generator().manual_seed(unit))
    if CLASSES[unit] == "lipstick":
        place = EYES if moving == "eyes" else torch.zeros_like(EYES)
        place = place.clone()
        if moving == "corner":
            place[:20, :20] = True
        if moving == "everything":
            place[:] = True
        picture = picture + 20 * place * torch.tensor([1.0, -1.0])[:, None, None]
    motion = wave[None, :, None, None] * picture[:, None]
    parameters = Parameters(chi=chi)
    spec = VisualizationSpec(model="demo", layer="classes", unit=unit, fingerprint="0123456789", parameters=parameters)
    inputs = {"appearance": appearance, "motion": motion}
    return Optimum(spec, dead=False, reference=1.0, activation=activation, inputs=inputs)


def gallery(**changes) -> Gallery:
    return Gallery(
        classes={
            (seed, unit, chi): optimum(unit, chi, **changes)
            for seed in (0, 1)
            for unit in range(len(CLASSES))
            for chi in (SLOW, FAST)
        }
    )


def values(findings):
    return {name: (value, met(value, target)) for name, value, _, target in findings}


def test_moving_eyes_are_found_and_rank_first_without_being_told():
    found = values(verification.biases(gallery()))
    for chi in ("slow", "fast"):
        assert found[f"bias.eye_motion_ratio.{chi}"][1]
        assert found[f"bias.part_rank.{chi}"] == (1, True)


def test_motion_elsewhere_does_not_count_as_the_eyes():
    found = values(verification.biases(gallery(moving="corner")))
    assert not found["bias.eye_motion_ratio.slow"][1]
    assert found["bias.part_rank.slow"][0] > 1
    assert not found["bias.part_rank.slow"][1]


def test_a_moving_camera_is_not_moving_eyes():
    found = values(verification.biases(gallery(moving="everything")))
    assert found["bias.eye_motion_ratio.slow"][1], "this one is fooled, and says so beside it:"
    assert found["bias.eye_motion_ratio.slow.without_camera"][0] < 2


def test_instruments_held_the_wrong_way_are_counted():
    right = gallery()
    assert values(verification.biases(right))["orientation.correct"] == (1, True)
    cello, violin = (0, label_of(UPRIGHT), SLOW), (0, label_of(LEVEL), SLOW)
    right.classes[cello], right.classes[violin] = right.classes[violin], right.classes[cello]
    assert values(verification.biases(right))["orientation.correct"] == (0.5, False)


def test_flow_statistics_tell_slow_from_fast():
    found = values(verification.flow_statistics(gallery()))
    assert found["slow.adjacent_correlation"] == (pytest.approx(1), True)
    assert found["slow.dc_power"] == (pytest.approx(1), True)
    assert found["fast.dc_power"][0] == pytest.approx(0, abs=1e-6)
    assert found["fast.below_slow"] == (1, True)
    assert found["slow.activation_share"] == (1, True)


def test_a_slow_run_that_switches_its_unit_off_is_missed():
    weak = gallery()
    weak.classes = {
        key: optimum(key[1], key[2], activation=0.3 if key[2] == SLOW else 1.0) for key in weak.classes
    }  # fmt: skip
    assert values(verification.flow_statistics(weak))["slow.activation_share"] == (pytest.approx(0.3), False)


def test_transfer_counts_the_classes_that_the_second_network_names(monkeypatch):
    asked = []

    def ranked_first(network, inputs, streams):
        assert network == "second"
        asked.append(inputs)
        return (len(asked) - 1) % 10 if len(asked) <= 10 else 0

    monkeypatch.setattr(verification, "load_network", lambda name: name)
    monkeypatch.setattr(verification, "ranked_first", ranked_first)
    found = values(verification.transfer(gallery()))
    assert found == {"transfer.class.slow": (1, True), "transfer.class.fast": (0.1, False)}


def test_accuracies_are_held_against_the_better_stream_alone(monkeypatch):
    measured = {
        "joint": 0.99,
        "appearance alone": 0.7,
        "motion alone": 0.95,
        "second network (another seed)": 0.98,
        "hard, a / b": 0.5,
        "hard, c / d": 0.9,
        "still eyes, eye make-up / lipstick": 0.7,
    }
    monkeypatch.setattr(verification, "measure", lambda splits: measured)
    found = values(verification.accuracies(None))
    assert found["accuracy.joint"] == (0.99, True)
    assert found["accuracy.margin"] == (pytest.approx(0.04), False)
    assert found["accuracy.hard_confused_pairs"] == (1, True)
    assert found["bias.needed"] == (0.7, False)
