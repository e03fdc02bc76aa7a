"""Findings of a model that was analysed, as short as they may be."""

from __future__ import annotations

from contract.findings import Overview


def overview(fingerprint: str, *, present: tuple[int, ...] = (0, 2)) -> Overview:
    """Three clips of each class that has any."""
    clips = tuple(3 for _ in present)
    return Overview(
        fingerprint=fingerprint,
        source="clips",
        present=present,
        clips=clips,
        total=sum(clips),
        right=1,
        labelled=sum(clips),
        layers=(),
        classes=(),
    )
