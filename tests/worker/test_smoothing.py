"""The implicit step against the linear system that it solves."""

import pytest
import torch

from worker import regularizers
from worker.smoothing import Smoother, cosine_basis


@pytest.mark.parametrize("screen", [0.0, 0.2])
@pytest.mark.parametrize("shape", [(2, 2, 4, 7, 6), (2, 3, 1, 5, 8), (2, 2, 3, 1, 9)])
def test_smoothing_inverts_identity_plus_the_gradient_of_variation(shape, screen):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    kappa, chi, weight = torch.tensor([1.0, 0.5]), torch.tensor([10.0, 0.0]), torch.tensor([0.3, 40.0])
    smoother = Smoother(x.shape, x.device, screen=screen)
    smooth = smoother(x.clone(), kappa=2 * kappa * weight, chi=2 * chi * weight)
    gradient = regularizers.variation_gradient(smooth, kappa=kappa, chi=chi, screen=screen)
    assert torch.allclose(smooth + weight.view(-1, 1, 1, 1, 1) * gradient, x, atol=1e-4)


def test_the_basis_is_orthonormal():
    basis = cosine_basis(9, torch.device("cpu"))
    assert torch.allclose(basis @ basis.T, torch.eye(9), atol=1e-6)


def test_a_constant_is_left_alone():
    x = torch.full((1, 2, 3, 4, 5), 7.0)
    smooth = Smoother(x.shape, x.device)(x.clone(), kappa=torch.tensor([1e6]), chi=torch.tensor([1e6]))
    assert torch.allclose(smooth, x, atol=1e-4)


def test_segments_are_smoothed_each_by_itself():
    x = torch.randn(2, 3, 6, 5, 4, generator=torch.Generator().manual_seed(0))
    weights = {"kappa": torch.tensor([1.0, 0.2]), "chi": torch.tensor([30.0, 5.0])}
    together = Smoother(x.shape, x.device, segments=3)(x.clone(), **weights)
    alone = [Smoother(part.shape, x.device)(part.clone(), **weights) for part in x.split(2, 2)]
    assert torch.allclose(together, torch.cat(alone, 2), atol=1e-5)
    assert not torch.allclose(together, Smoother(x.shape, x.device)(x.clone(), **weights), atol=0.1)
