"""Energy, variation and projection against slow plain loops, finite differences and their definitions."""

import itertools

import pytest
import torch

from worker import regularizers


@pytest.fixture
def x():
    return torch.randn(2, 2, 3, 4, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_energy_is_the_sum_of_pixel_norms_to_the_alpha(x):
    plain = [
        sum(float((sample[:, t, i, j] ** 2).sum()) ** 3 for t, i, j in itertools.product(range(3), range(4), range(5)))
        for sample in x
    ]
    assert regularizers.energy(x, alpha=6.0).tolist() == pytest.approx(plain)


def test_variation_is_the_double_sum_of_forward_differences(x):
    kappa, chi = torch.tensor([1.0, 2.0]), torch.tensor([10.0, 0.0])
    plain = []
    for sample, k, c in zip(x, kappa, chi, strict=True):
        total = 0.0
        for d, t, i, j in itertools.product(range(2), range(3), range(4), range(5)):
            here = float(sample[d, t, i, j])
            down = float(sample[d, t, min(i + 1, 3), j])
            right = float(sample[d, t, i, min(j + 1, 4)])
            later = float(sample[d, min(t + 1, 2), i, j])
            total += float(k) * ((down - here) ** 2 + (right - here) ** 2) + float(c) * (later - here) ** 2
        plain.append(total)
    assert regularizers.variation(x, kappa=kappa, chi=chi).tolist() == pytest.approx(plain)
    level = kappa * 0.3 * torch.tensor([float((sample**2).sum()) for sample in x])
    screened = regularizers.variation(x, kappa=kappa, chi=chi, screen=0.3)
    assert screened.tolist() == pytest.approx((torch.tensor(plain) + level).tolist())


def test_gradients_agree_with_finite_differences(x):
    one = torch.ones(2, dtype=torch.float64)
    small = x[:, :, :2, :2, :2].clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda y: regularizers.variation(y, kappa=one, chi=5 * one), small)
    assert torch.autograd.gradcheck(lambda y: regularizers.energy(y, alpha=6.0), small)


def test_written_gradients_are_those_of_the_values(x):
    kappa, chi = torch.tensor([1.0, 2.0], dtype=torch.float64), torch.tensor([10.0, 0.0], dtype=torch.float64)
    leaf = x.clone().requires_grad_()
    by_hand = regularizers.variation_gradient(x, kappa=kappa, chi=chi, screen=0.3)
    (automatic,) = torch.autograd.grad(regularizers.variation(leaf, kappa=kappa, chi=chi, screen=0.3).sum(), leaf)
    assert torch.allclose(by_hand, automatic)
    (automatic,) = torch.autograd.grad(regularizers.energy(leaf, alpha=6.0).sum(), leaf)
    assert torch.allclose(regularizers.energy_gradient(x, alpha=6.0), automatic)


def test_a_single_frame_has_no_time_term(x):
    still = x[:, :, :1]
    free = regularizers.variation(still, kappa=torch.ones(2), chi=torch.zeros(2))
    slow = regularizers.variation(still, kappa=torch.ones(2), chi=torch.full((2,), 100.0))
    assert torch.equal(free, slow)


def test_projection_keeps_directions_and_caps_norms(x):
    projected = regularizers.project(x, bound=1.0)
    norms, before = projected.norm(dim=1), x.norm(dim=1)
    assert norms.max() <= 1 + 1e-12
    inside = before <= 1
    assert torch.equal(projected.transpose(0, 1)[:, inside], x.transpose(0, 1)[:, inside])
    cosine = torch.nn.functional.cosine_similarity(projected, x, dim=1)
    assert torch.allclose(cosine, torch.ones_like(cosine))
