"""Class lists: by name from the repository and from installed packages, by path from anywhere else."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

from contract.errors import ModelProblem

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "labels"
"""Lists that come with the product, one class a line."""


def names() -> list[str]:
    """Names of the lists that need no path."""
    return sorted({path.stem for path in FOLDER.glob("*.txt")} | set(_installed()))


def find(text: str, *, folder: Path) -> tuple[str, ...]:
    """The list of that name, or of that file, relative to `folder`. Raises ModelProblem."""
    if text in _installed():
        return tuple(_installed()[text]())
    shipped = FOLDER / f"{text}.txt"
    path = shipped if text in names() and shipped.is_file() else folder / text
    if not path.is_file() and "." not in text and "/" not in text:
        near = difflib.get_close_matches(text, names(), n=1, cutoff=0.4)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ModelProblem(f"There is no class list {text!r}.{hint} Known are {', '.join(names())}; or give a file.")
    return read(path)


def read(path: Path) -> tuple[str, ...]:
    """A file with one class a line; numbers before the names, as in UCF101's list, are left out.

    Raises ModelProblem.
    """
    try:
        lines = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as reason:
        why = reason.strerror if isinstance(reason, OSError) else "it is not text"
        raise ModelProblem(f"The class list {path} cannot be read: {why}.") from reason
    parts = [line.split(maxsplit=1) for line in lines]
    first = {"0": 0, "1": 1}.get(parts[0][0]) if parts else None
    numbered = first is not None and all(len(p) == 2 and p[0] == str(i) for i, p in enumerate(parts, start=first))
    return tuple(part[1] for part in parts) if numbered else tuple(lines)


def _installed() -> dict[str, Callable[[], list[str]]]:
    """Lists of installed packages."""
    return {"imagenet1k": _imagenet}


def _imagenet() -> list[str]:
    from torchvision.models import ResNet50_Weights

    return list(ResNet50_Weights.DEFAULT.meta["categories"])
