"""Nouns with their numbers, in words."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """`1 layer`, `1,200 layers`; many: the plural where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
