"""The data term's gradient by finite differences, and on paper."""

import pytest
import torch

from contract.spec import Parameters
from tests.worker.planted import linear_two_stream, spec
from worker import canvas
from worker.data_term import data_term
from worker.execute import Executions
from worker.view import View, look


def term(model, layer, **values):
    parameters = Parameters(jitter=2, **values)
    canvases = canvas.plan(model.card, model.card.layer(layer), jitter=2, whole=parameters.objective != "cell")
    made = data_term(model, layer, parameters, canvases, slots=2, executions=Executions("cpu"), dtype=torch.float32)
    for slot, unit in enumerate((1, 3)):
        made.begin(slot, spec(layer, unit, **values), reference=2.0)
    return made, canvases


@pytest.mark.parametrize(
    "values",
    [{}, {"negative": True}, {"rival": 0}, {"contrast": 0.5}, {"objective": "channel"}, {"objective": "layer"}],
)
def test_the_gradient_is_that_of_finite_differences(values):
    model = linear_two_stream()
    made, canvases = term(model, "fusion", gain=100.0, **values)
    generator = torch.Generator().manual_seed(0)
    pictures = [torch.randn(2, *c.shape(), generator=generator) * 30 for c in canvases]
    views = [View(1, 3), View(4, 0)]
    gradients = made.gradients(pictures, views).gradients
    for stream in range(2):
        direction = torch.randn(pictures[stream].shape, generator=generator)
        step = 2.0 if "contrast" in values else 20.0  # which is no longer linear
        ends = []
        for sign in (1, -1):
            moved = list(pictures)
            moved[stream] = pictures[stream] + sign * step * direction
            windows = [look(x, c, views) for x, c in zip(moved, canvases, strict=True)]
            value, _ = made.objective(made.execution, made._inputs(windows), made.units, made.reference)
            ends.append(float(value.sum()))
        expected = (ends[0] - ends[1]) / (2 * step) * made.weight
        assert float((gradients[stream] * direction).sum()) == pytest.approx(expected, rel=2e-3)


def test_a_slot_may_be_aimed_anew():
    made, canvases = term(linear_two_stream(), "fusion")
    pictures = [torch.ones(2, *c.shape()) for c in canvases]
    views = [View(0, 0), View(0, 0)]
    before = made.gradients(pictures, views).activation
    made.begin(1, spec("fusion", 1), reference=4.0)
    after = made.gradients(pictures, views).activation
    assert after[0] == before[0]
    assert after[1] == pytest.approx(float(before[0]) / 2)
