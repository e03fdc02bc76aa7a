"""The baseline reaches what is known on paper, and its objective is the method's."""

from dataclasses import replace

import pytest
import torch

from benchmarks import plain
from contract.spec import Parameters
from tests.worker.planted import linear_two_stream
from worker.canvas import Canvas
from worker.models.model import Statistics

PARAMETERS = Parameters(gain=50.0, kappa=0.0, chi=0.0, sigma=1000.0, jitter=0)


def frame(model):
    return [Canvas(s, s.frames, s.height, s.width, 0) for s in model.card.streams]


def test_adam_comes_near_the_best_there_is():
    model = linear_two_stream()
    canvases = frame(model)
    pictures, course = plain.maximize(model, "appearance", 1, canvases, parameters=PARAMETERS, rate=0.05, steps=200)
    weight = model.module.appearance.weight[1]
    best = [torch.zeros_like(x) for x in pictures]
    best[0][0, :, 0, 6:11, 6:11] = 160 * weight / weight.norm(dim=0)
    ceiling = float(plain.objective(model, "appearance", 1, best, canvases, PARAMETERS))
    assert 0.85 * ceiling < course.objective[-1] <= ceiling
    assert float(pictures[0].norm(dim=1).max()) <= 160.01
    assert course.seconds == sorted(course.seconds)
    assert all(p.grad is None for p in model.module.parameters())


def test_the_objective_is_activation_less_energy_and_variation():
    model = linear_two_stream()
    canvases = frame(model)
    pictures = [torch.full((1, *c.shape()), 20.0) for c in canvases]
    value = plain.objective(model, "fusion", 2, pictures, canvases, Parameters(gain=100.0))
    bare = plain.objective(model, "fusion", 2, pictures, canvases, Parameters(gain=100.0, sigma=1000.0))
    energy = ((20 * 3**0.5 / 80) ** 6) + 10 * ((20 * 2**0.5 / 80) ** 6)
    assert float(bare - value) == pytest.approx(energy, rel=1e-3)


def test_activations_count_in_units_of_their_scale():
    model = linear_two_stream()
    canvases = frame(model)
    pictures = [torch.full((1, *c.shape()), 20.0) for c in canvases]
    raw = plain.objective(model, "fusion", 2, pictures, canvases, PARAMETERS)
    scale = torch.full((model.card.layer("fusion").units,), 4.0)
    scaled = replace(model, statistics=Statistics({"fusion": scale}, {"fusion": torch.zeros_like(scale)}))
    found = plain.objective(scaled, "fusion", 2, pictures, canvases, PARAMETERS)
    cost = plain.objective(model, "fusion", 2, pictures, canvases, PARAMETERS.model_copy(update={"gain": 0.0}))
    assert float(found - cost) == pytest.approx(float(raw - cost) / 4, rel=1e-4)
