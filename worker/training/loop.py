"""The loop that trains a network, the demo's or a user's. Knows nothing of clips: what a batch costs is asked for.

AdamW (Loshchilov & Hutter, 2019) along one cycle (Smith & Topin, 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from tqdm import tqdm

from contract.errors import ClipProblem
from worker.training.order import Order

Loss = Callable[[Tensor, int], Tensor]
"""Rows of a batch and the number of its step -> their mean loss, with its graph."""


class Numbers(Protocol):
    """What every recipe states."""

    @property
    def epochs(self) -> int: ...  # noqa: D102
    @property
    def batch(self) -> int: ...  # noqa: D102
    @property
    def rate(self) -> float: ...  # noqa: D102
    @property
    def decay(self) -> float: ...  # noqa: D102


@dataclass
class Run:
    """Everything that a step changes."""

    parameters: Sequence[nn.Parameter]
    optimizer: torch.optim.Optimizer
    schedule: OneCycleLR
    order: Order

    @property
    def step(self) -> int:
        """Steps that were taken."""
        return self.schedule.last_epoch


def begin(parameters: Sequence[nn.Parameter], recipe: Numbers, count: int, generator: torch.Generator) -> Run:
    """A run over `count` clips at its beginning. Raises ClipProblem where they do not fill a batch."""
    order = Order(count, recipe.batch, generator)
    if not order.batches:
        raise ClipProblem(f"{count} clips do not fill a batch of {recipe.batch}: give more clips, or a smaller batch.")
    optimizer = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * order.batches
    return Run(parameters, optimizer, OneCycleLR(optimizer, recipe.rate, total_steps=steps, pct_start=0.2), order)


def train(run: Run, loss: Loss, *, title: str, after: Callable[[Run], None] = lambda _run: None) -> None:
    """Take all steps that are left. `after` is called behind each."""
    steps = run.schedule.total_steps
    bar = tqdm(total=steps, initial=run.step, desc=title, unit="step")
    while run.step < steps:
        value = loss(run.order.next(), run.step)
        run.optimizer.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(run.parameters, 1.0)
        run.optimizer.step()
        run.schedule.step()
        bar.update()
        if run.step % 20 == 0:
            bar.set_postfix(loss=f"{value.item():.3f}")
        after(run)
    bar.close()
