"""Why what was asked for on a command line is refused, in words."""

from __future__ import annotations

from pydantic import ValidationError


def words(reason: ValidationError) -> str:
    """The first thing that is wrong, by the name of its option: `--steps 0: Input should be greater ... to 1`."""
    first = reason.errors()[0]
    return f"--{first['loc'][0]} {first['input']!r}: {first['msg'].removeprefix('Value error, ')}."
