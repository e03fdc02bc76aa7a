"""`bench engine` on a network of three layers: every figure is there and has a meaning."""

from dataclasses import replace

import pytest
import torch

from benchmarks import engine
from benchmarks.report import Report
from tests.worker.planted import linear_two_stream


@pytest.fixture
def report(monkeypatch):
    job = engine.Job("tiny", lambda _data: linear_two_stream(), "fusion", steps=12, step_ratio=">= 0")
    monkeypatch.setattr(engine, "JOBS", (job, replace(job, name="timed", steps=0)))
    monkeypatch.setattr(engine, "STEPS", (3, 40))
    monkeypatch.setattr(engine, "matmul_gflops", lambda _dtype, clock: 100.0)
    made = Report("0")
    engine.measure(made)
    return {line.name: line for line in made.results}


def test_every_job_has_its_figures(report):
    assert {"tiny.step_ratio", "tiny.step_ratio.fp32", "tiny.objective_ratio", "timed.step_ratio"} <= set(report)
    assert "timed.objective_ratio" not in report
    assert report["tiny.step"].value > 0
    assert report["tiny.step_ratio"].value == pytest.approx(
        report["tiny.plain_step"].value / report["tiny.step"].value, rel=0.01
    )
    assert report["tiny.objective.tuned"].value >= report["tiny.objective.plain"].value


def test_a_model_of_the_data_folder_is_measured_at_the_layers_that_are_named(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(engine.registry, "load", lambda name, data: asked.append((name, data)) or linear_two_stream())
    monkeypatch.setattr(engine, "STEPS", (3,))
    monkeypatch.setattr(engine, "matmul_gflops", lambda _dtype, clock: 100.0)
    made = Report("0")
    engine.measure(made, own=engine.served("mine", ["fusion"], tmp_path))
    assert asked == [("mine", tmp_path)]
    assert {line.name.rpartition(".")[0] for line in made.results} >= {"mine.fusion"}


def test_the_scale_is_the_largest_activation_over_noise():
    model = engine.scaled(linear_two_stream(), "motion")
    assert model.statistics is not None
    assert model.statistics.maximum["motion"].shape == (4,)
    assert torch.all(model.statistics.maximum["motion"] > 0)


@pytest.mark.parametrize(("has", "target"), [(True, ">= 0"), (False, "")])
def test_what_is_meant_for_amx_is_asked_of_no_other_processor(monkeypatch, has, target):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: has)
    assert engine._with_amx(">= 0") == target
