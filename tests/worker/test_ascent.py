"""The ascent on quadratic losses whose minimum is known."""

import torch

from worker import regularizers
from worker.ascent import Ascent


def descend(x, gradient, *, kappa, chi, steps=400, rate=3.0):
    ascent = Ascent(x)
    for sample in range(len(x)):
        ascent.begin(sample, kappa=float(kappa[sample]), chi=float(chi[sample]))
    for index in range(steps):
        x = ascent.step(x, gradient(x), rate=torch.full((len(x),), rate * (1 - index / steps)))
    return x


def test_it_ends_where_gradient_and_prior_balance():
    target = torch.randn(1, 2, 3, 8, 8, generator=torch.Generator().manual_seed(1)) * 20
    kappa, chi = torch.tensor([4.0]), torch.tensor([30.0])
    end = descend(torch.zeros_like(target), lambda x: x - target, kappa=kappa, chi=chi)
    residual = end - target + regularizers.variation_gradient(end, kappa=kappa, chi=chi)
    assert float(residual.abs().max()) < 0.05


def test_samples_of_a_batch_go_their_own_way():
    target = torch.randn(2, 2, 1, 6, 6, generator=torch.Generator().manual_seed(2)) * 20
    pair, zero = torch.tensor([1.0, 5.0]), torch.zeros(2)
    both = descend(torch.zeros_like(target), lambda x: x - target, kappa=pair, chi=zero, steps=30)
    alone = descend(torch.zeros_like(target[:1]), lambda x: x - target[:1], kappa=pair[:1], chi=zero[:1], steps=30)
    assert torch.allclose(both[:1], alone, atol=1e-4)


def test_noise_without_a_gradient_is_smoothed_away():
    noise = torch.randn(1, 2, 3, 8, 8, generator=torch.Generator().manual_seed(3))
    weak = torch.zeros_like(noise)
    weak[..., 0, 0] = 1e-6
    end = descend(noise, lambda _x: weak, kappa=torch.ones(1), chi=torch.ones(1), steps=5)
    assert float(end.std()) < 0.05 * float(noise.std())
