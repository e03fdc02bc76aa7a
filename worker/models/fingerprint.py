"""The identity of a network: its weights, its inputs, its shape. Two networks with one fingerprint give one picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from contract.catalogue import Stream


def fingerprint(module: nn.Module, streams: Sequence[Stream]) -> str:
    """Hash of the module's structure (its printed form), weights and input conventions: 16 hexadecimal digits."""
    digest = hashlib.sha256(repr(module).encode())
    digest.update(json.dumps([_conventions(stream) for stream in streams], sort_keys=True).encode())
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


def _conventions(stream: Stream) -> dict[str, Any]:
    """The stream as plain values; what came later counts where it says something, so that older fingerprints hold."""
    return stream.model_dump(mode="json", exclude=set() if stream.segments > 1 else {"segments"})
