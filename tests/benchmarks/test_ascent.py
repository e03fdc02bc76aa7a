import pytest
import torch

from benchmarks.ascent import ExplicitAdam, objective
from tests.worker.planted import linear_two_stream, spec
from worker.optimize import Optimum
from worker.regularizers import variation_gradient


def test_the_objective_of_a_constant_picture_on_paper():
    """Norm sigma everywhere: the energy of a stream is 1 (motion: HW T over HW T/10 is 10), the variation 0."""
    model = linear_two_stream(kernel=5)
    request = spec("fusion", 0)
    p = request.parameters
    appearance = torch.full((3, 1, 5, 5), p.sigma / 3**0.5)
    motion = torch.full((2, 4, 5, 5), p.sigma / 2**0.5)
    optimum = Optimum(
        request,
        dead=False,
        reference=2.0,
        activation=3.0,
        canvas=5,
        inputs={"appearance": appearance, "motion": motion},
    )
    assert objective(model, optimum) == pytest.approx(p.gain * 1.5 / 25 - 1 - 10, rel=1e-5)


def test_the_first_explicit_step_is_as_long_as_the_rate():
    x = torch.randn(2, 3, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    weights = {"kappa": torch.ones(2), "chi": torch.full((2,), 5.0)}
    method = ExplicitAdam(x, **weights)
    gradient = torch.randn(x.shape, generator=torch.Generator().manual_seed(1))
    moved = method.step(x, gradient, rate=0.5) - x
    assert moved.square().mean(1).sqrt() == pytest.approx(torch.full((2, 4, 8, 8), 0.5), rel=1e-3)
    whole = gradient + variation_gradient(x, **weights)
    assert torch.nn.functional.cosine_similarity(moved, -whole, dim=1).min() > 0.999
