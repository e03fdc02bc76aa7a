"""Where the units of a layer are in its module's output: `N C T H W` for 3D convolutions, tokens for transformers.

A layout names the dimensions in order: N batch, C units, T frames, H rows, W columns. Brackets join dimensions,
`1+(T H W)` is one token without a place (a class token) before the others. `(N T H W) (8 7 7)+(4 3 3) C` are tokens in
windows of 8 x 7 x 7 cells, of a map that was moved by 4, 3 and 3 cells before it was cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from torch import Tensor

PLAIN = ("N C", "N C H W", "N C T H W", "(N T) C H W")
"""Layouts that an output's shape tells; cards leave them out."""

LAYOUTS = (
    "N T H W C", "N H W C", "N (T H W) C", "N 1+(T H W) C", "N (H W T) C", "N 1+(H W T) C", "N (H W) C", "N 1+(H W) C",
    "(N T) (H W) C", "(N T) 1+(H W) C", "(N H W) T C", "(N T) H W C", "N T C", "N C T", "(N T) C", "N T C H W",
)  # fmt: skip
"""Layouts that must be named."""

WINDOWS = r"\(N T H W\) \((\d+) (\d+) (\d+)\)\+\((\d+) (\d+) (\d+)\) C"
"""Layouts of tokens in windows."""


def unfold(output: Tensor, layout: str, *, batch: int, cells: Mapping[str, int]) -> Tensor:
    """`output` as (batch, units, time, height, width). cells: numbers of frames, rows and columns, by T, H, W.

    Raises ValueError where the output is not laid out so.
    """
    windows = re.fullmatch(WINDOWS, layout)
    if windows:
        return _joined(output, [int(number) for number in windows.groups()], batch, cells)
    names: list[str] = []
    for part in re.findall(r"\S*\([^)]*\)|\S+", layout):
        place = len(names)
        lead, _, rest = part.rpartition("+")
        if lead:
            output = output.narrow(place, int(lead), output.shape[place] - int(lead))
        members = rest.strip("()").split()
        if len(members) > 1:
            output = _split(output, place, members, batch, cells)
        names += members
    if len(names) != output.ndim or output.shape[names.index("N")] != batch:
        raise ValueError(f"an output of shape {tuple(output.shape)} is not laid out as {layout} for a batch of {batch}")
    wanted = [name for name in "NCTHW" if name in names]
    output = output.permute([names.index(name) for name in wanted])
    for place, name in enumerate("NCTHW"):
        output = output if name in names else output.unsqueeze(place)
    return output


def by_unit(output: Tensor, layout: str) -> Tensor:
    """`output` as (units, all else), tokens without a place among them. layout: empty where the shape tells it."""
    return output.movedim(axis_of_units(output, layout), 0).flatten(1)


def axis_of_units(output: Tensor, layout: str) -> int:
    """Which dimension of `output` counts units. layout: empty where the shape tells it."""
    parts = re.findall(r"\S*\([^)]*\)|\S+", layout)
    return parts.index("C") - len(parts) if parts else (2 if output.ndim == 3 else 1)


def _joined(output: Tensor, numbers: Sequence[int], batch: int, cells: Mapping[str, int]) -> Tensor:
    """Windows put together again. numbers: the extent of a window, and how far the map was moved."""
    extent, moved = numbers[:3], numbers[3:]
    counts = [cells[name] // size for name, size in zip("THW", extent, strict=True)]
    try:
        output = output.unflatten(0, (batch, *counts)).unflatten(-2, extent)
    except RuntimeError as reason:
        raise ValueError(f"an output of shape {tuple(output.shape)} is not in windows of {extent}") from reason
    output = output.permute(0, 7, 1, 4, 2, 5, 3, 6).flatten(6, 7).flatten(4, 5).flatten(2, 3)
    return output.roll(moved, (2, 3, 4))


def _split(output: Tensor, place: int, members: list[str], batch: int, cells: Mapping[str, int]) -> Tensor:
    """Undo a join of dimensions; the one that is free to vary is the frames, else the first."""
    sizes = [batch if name == "N" else cells[name] for name in members]
    if "N" in members:
        sizes[1] = -1
    try:
        return output.unflatten(place, sizes)
    except RuntimeError as reason:
        raise ValueError(f"{output.shape[place]} positions are not {' x '.join(map(str, sizes))}") from reason
