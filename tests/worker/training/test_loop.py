from dataclasses import dataclass

import pytest
import torch
from torch import nn

from contract.errors import ClipProblem
from worker.training import loop


@dataclass(frozen=True)
class Recipe:
    epochs: int = 3
    batch: int = 4
    rate: float = 1e-2
    decay: float = 0.1


X = torch.randn(18, 5, generator=torch.Generator().manual_seed(1))
Y = torch.randn(18, 2, generator=torch.Generator().manual_seed(2))


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(5, 2)


def test_the_loop_is_adamw_along_one_cycle_with_clipped_gradients():
    trained, plain, recipe = network(), network(), Recipe()
    run = loop.begin(list(trained.parameters()), recipe, 18, torch.Generator().manual_seed(3))
    seen = []

    def loss(rows, step):
        seen.append((rows, step))
        return 50 * (trained(X[rows]) - Y[rows]).square().mean()

    loop.train(run, loss, title="test")
    optimizer = torch.optim.AdamW(plain.parameters(), lr=1e-2, weight_decay=0.1)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=12, pct_start=0.2)
    generator = torch.Generator().manual_seed(3)
    for epoch in range(3):
        for i, rows in enumerate(torch.randperm(18, generator=generator)[:16].split(4)):
            assert torch.equal(rows, seen[4 * epoch + i][0])
            optimizer.zero_grad()
            (50 * (plain(X[rows]) - Y[rows]).square().mean()).backward()
            assert torch.nn.utils.clip_grad_norm_(plain.parameters(), 1.0) > 0
            optimizer.step()
            cycle.step()
    assert [step for _, step in seen] == list(range(12))
    assert all(torch.equal(a, b) for a, b in zip(trained.parameters(), plain.parameters(), strict=True))


def test_clips_that_fill_no_batch_are_named():
    with pytest.raises(ClipProblem, match="3 clips do not fill a batch of 4"):
        loop.begin(list(network().parameters()), Recipe(), 3, torch.Generator())
