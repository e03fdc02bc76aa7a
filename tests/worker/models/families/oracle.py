"""Forward passes of PyTorchVideo's networks, where that package is installed (requirements-dev.txt), against ours."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from worker.models import keys
from worker.models.keys import Table


def module(name: str):
    """One of its modules; the test is skipped where it is not installed."""
    pytest.importorskip("pytorchvideo", reason="the oracle is not installed: pip install -r requirements-dev.txt")
    return importlib.import_module(f"pytorchvideo.models.{name}")


def difference(theirs: nn.Module, ours: nn.Module, tables: Sequence[Table], given: Tensor | list[Tensor], clip: Tensor):
    """The largest difference of the scores, in parts of the largest score, on the same random weights."""
    torch.manual_seed(0)
    for part in theirs.modules():
        if isinstance(part, nn.BatchNorm3d):
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 1.5)
            part.weight.data.uniform_(0.5, 1.5)
    ours.load_state_dict(keys.fit(theirs.state_dict(), ours.state_dict(), tables))
    with torch.no_grad():
        wanted, found = theirs.eval()(given), ours.eval()(clip)
    return float((found - wanted).abs().max() / wanted.abs().max())
