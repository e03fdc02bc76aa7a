"""The objective of an optimum against that of the plain loop, which runs the network and every term anew."""

import pytest
import torch

from benchmarks import plain
from benchmarks.objective import reached
from contract.spec import Parameters
from tests.worker.planted import last, linear_two_stream, spec
from worker import canvas
from worker.optimize import optimize


def test_it_is_the_objective_of_the_plain_loop():
    model, values = linear_two_stream(), {"jitter": 0, "steps": 12, "chi": 3.0}
    (optimum,) = last(optimize(model, [spec("fusion", 2, **values)]))
    frame = canvas.plan(model.card, model.card.layer("fusion"), jitter=0)
    pictures = [optimum.inputs[c.stream.name][None] for c in frame]
    with torch.no_grad():
        expected = plain.objective(model, "fusion", 2, pictures, frame, Parameters(**values))
    assert reached(model.card, optimum) == pytest.approx(float(expected), rel=1e-3)
