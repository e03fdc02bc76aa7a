"""Adam over the slots of a run: every slot has its own past, and may begin anew (Kingma & Ba, ICLR 2015)."""

from __future__ import annotations

import torch
from torch import Tensor

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Adam:
    """nesterov: look ahead with the momentum (NAdam; Dozat, ICLR workshop 2016, without its warm-up)."""

    def __init__(self, x: Tensor, *, rate: float, nesterov: bool = False) -> None:
        """x: (slots, ...), for its shape. rate: step size."""
        self.rate, self.nesterov = rate, nesterov
        self.momentum, self.power = torch.zeros_like(x), torch.zeros_like(x)
        self.count = x.new_zeros(len(x))

    def begin(self, slot: int) -> None:
        """Forget one slot's past."""
        self.momentum[slot] = self.power[slot] = 0
        self.count[slot] = 0

    def state(self, slot: int) -> list[Tensor]:
        """One slot's past, as views that can be read and written."""
        return [self.momentum[slot], self.power[slot], self.count[slot]]

    def step(self, gradient: Tensor, decay: Tensor) -> Tensor:
        """What to add to x to increase what `gradient` belongs to. decay: (slots,), factor on the rate."""
        self.count += 1
        self.momentum.lerp_(gradient, 1 - BETAS[0])
        self.power.lerp_(gradient.square(), 1 - BETAS[1])
        column = (-1, *[1] * (gradient.ndim - 1))
        first, second = (1 - beta**self.count for beta in BETAS)
        ahead = self.momentum / first.view(column)
        if self.nesterov:
            ahead = BETAS[0] * ahead + (1 - BETAS[0]) * gradient / first.view(column)
        return (self.rate * decay).view(column) * ahead / ((self.power / second.view(column)).sqrt() + EPSILON)
