"""The order in which clips are learned from: every epoch another one, and known again after an interruption."""

from __future__ import annotations

import torch
from torch import Tensor


class Order:
    """Rows of one batch after the other; an incomplete batch at the end of an epoch is left out."""

    def __init__(self, count: int, batch: int, generator: torch.Generator) -> None:
        self.count, self.batch, self.generator = count, batch, generator
        self.rows = torch.zeros(0, dtype=torch.long)
        self.place = 0

    @property
    def batches(self) -> int:
        """Batches of an epoch."""
        return self.count // self.batch

    def next(self) -> Tensor:
        """Rows of the next batch, (batch,)."""
        if self.place >= len(self.rows):
            self.rows = torch.randperm(self.count, generator=self.generator)[: self.batches * self.batch]
            self.place = 0
        self.place += self.batch
        return self.rows[self.place - self.batch : self.place]
