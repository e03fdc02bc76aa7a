"""What a user's code raised, in a line: the error, and the line of the user's file that it came from."""

from __future__ import annotations

import traceback
from pathlib import Path

import torch

from contract.settings import ROOT

TOO_LARGE = "it asks for more memory than this machine has"
LENGTH = 400
"""Characters of an error's text that are kept."""

OURS = (Path(torch.__file__).parent, ROOT / "worker")
"""Where no line is the user's."""


def words(reason: BaseException) -> str:
    """An error in one line, without a full stop at its end."""
    if short_of_memory(reason):
        return TOO_LARGE
    frames = traceback.extract_tb(reason.__traceback__)
    theirs = [frame for frame in frames if not any(Path(frame.filename).is_relative_to(place) for place in OURS)]
    place = f" ({Path(theirs[-1].filename).name}, line {theirs[-1].lineno})" if theirs else ""
    text = " ".join(str(reason).split())[:LENGTH].rstrip(". ")
    return f"{type(reason).__name__}{': ' if text else ''}{text}{place}"


def short_of_memory(reason: BaseException) -> bool:
    """Whether an allocation was refused, by Python or by torch."""
    return isinstance(reason, MemoryError) or "can't allocate memory" in str(reason)
