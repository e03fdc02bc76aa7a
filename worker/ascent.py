"""One step of the ascent: a normalized gradient step on activation and energy, then R_TV taken implicitly.

R_TV is quadratic and stiff: on a 96 px canvas its gradient at white noise is a thousand times that of a class unit,
so that an explicit method spends its steps on the noise and its second moments on the memory of it. The proximal
step K(x - eta g), K = (I + eta grad R_TV)^-1, has the same fixed points for every eta (g + grad R_TV(x) = 0), is
stable for every eta, and lets the activation drive the picture from the first step. `./kinetoscope bench engine`
holds it against Adam on the whole objective.

eta is one number per sample and stream, so that a pixel's step stays parallel to its gradient: with a second moment
per component the vectors would snap to the diagonals where the bound acts (docs/method.md, section 2).
"""

from __future__ import annotations

import torch
from torch import Tensor

from worker import regularizers
from worker.smoothing import Smoother

BETAS = (0.9, 0.95)
"""Decay of the momentum and of the squared gradient."""


class Ascent:
    """The state of one stream's ascent, every sample by itself: samples may begin at different times."""

    def __init__(self, x: Tensor, *, screen: float = 0.0, segments: int = 1) -> None:
        """x: (batch, channel, time, height, width), for its shape. screen: of R_TV, in 1 / px^2.

        segments: pieces of time that R_TV does not couple.
        """
        batch = x.shape[0]
        self.kappa, self.chi, self.power, self.count = (x.new_zeros(batch) for _ in range(4))
        self.momentum = torch.zeros_like(x)
        self.smoother = Smoother(x.shape, x.device, screen=screen, segments=segments)

    def begin(self, sample: int, *, kappa: float, chi: float) -> None:
        """Forget one sample's past. kappa, chi: the weights of R_TV as they stand in the loss."""
        self.kappa[sample], self.chi[sample] = 2 * kappa, 2 * chi
        self.momentum[sample] = 0
        self.power[sample] = self.count[sample] = 0

    def state(self, sample: int) -> list[Tensor]:
        """One sample's past, as views that can be read and written."""
        return [self.momentum[sample], self.power[sample], self.count[sample]]

    def step(self, x: Tensor, gradient: Tensor, *, rate: Tensor) -> Tensor:
        """The next point, the bound not yet applied.

        gradient: of the loss without R_TV. rate: (batch,), grey levels that a component moves where the gradient is
        strong.
        """
        self.count += 1
        self.momentum.lerp_(gradient, 1 - BETAS[0])
        self.power.lerp_(_weighted_power(gradient), 1 - BETAS[1])
        scale = (self.power / (1 - BETAS[1] ** self.count)).sqrt().clamp_min(1e-30)
        eta = rate / scale
        moved = torch.addcmul(x, self.momentum, (-eta / (1 - BETAS[0] ** self.count)).view(-1, 1, 1, 1, 1))
        return self.smoother(moved, kappa=eta * self.kappa, chi=eta * self.chi)


def _weighted_power(gradient: Tensor) -> Tensor:
    """Mean square of the gradient, weighted by itself, (batch,): its size where it is, not over the empty margin."""
    power = regularizers.squared_norm(gradient).flatten(1) / gradient.shape[1]
    return power.square().sum(1) / power.sum(1).clamp_min(1e-30)
