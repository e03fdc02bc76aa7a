"""The identity of a network: its weights, its inputs, its shape, and of a user's own the code of its forward pass.

Two networks with one fingerprint give one picture.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import site
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from contract.catalogue import Stream

OTHERS = tuple(
    map(Path, (Path(__file__).parents[1], *site.getsitepackages(), *map(sysconfig.get_path, ("stdlib", "purelib"))))
)
"""Code in these folders is not the user's: this product's (the engine's version stands for it), Python's, packages'."""

CARD = "CARD"
"""What a user's file says about its network; the part of it that decides pictures is in the streams."""


def fingerprint(module: nn.Module, streams: Sequence[Stream]) -> str:
    """Hash of the module's structure (its printed form), weights, input conventions and own code: 16 hex digits."""
    digest = hashlib.sha256(repr(module).encode())
    digest.update(json.dumps([_conventions(stream) for stream in streams], sort_keys=True).encode())
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    for code in sorted(set(_own_code(module))):
        digest.update(code.encode())
    return digest.hexdigest()[:16]


def _own_code(module: nn.Module) -> Iterator[str]:
    """The files of the user that the classes of modules stand in, less comments, layout and the card.

    What a class inherits counts, and so does what a decorator wraps.
    """
    kinds = {kind for part in module.modules() for kind in type(part).__mro__}
    methods = [method for kind in kinds for method in vars(kind).values() if inspect.isfunction(method)]
    codes = [getattr(each, "__code__", None) for method in methods for each in (method, inspect.unwrap(method))]
    for file in {Path(code.co_filename) for code in codes if code}:
        if file.is_file() and not any(file.is_relative_to(folder) for folder in OTHERS):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            tree.body = [part for part in tree.body if not _is_card(part)]
            yield ast.unparse(tree)


def _is_card(part: ast.stmt) -> bool:
    targets = part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == CARD for target in targets)


def _conventions(stream: Stream) -> dict[str, Any]:
    """The stream as plain values; what came later counts where it says something, so that older fingerprints hold."""
    return stream.model_dump(mode="json", exclude=set() if stream.segments > 1 else {"segments"})
