"""Of one clip: which units speak for the class that it is taken for, and which for the other (finding 4)."""

from __future__ import annotations

import math

from torch import Tensor

from contract.catalogue import ModelCard
from contract.findings import Contrast
from worker.analyses.confusion import listed
from worker.analyses.records import Surveyed

BETWEEN = math.log(4)
"""A clip is between two classes while the second is at least a quarter as probable as the first."""

MOST = 1000
"""Clips that are kept: the least certain ones."""


def uncertain(found: Surveyed, card: ModelCard) -> list[Contrast]:
    """Clips that are taken for another class than theirs, then those between two; the smallest margins first."""
    layer, ranked = card.last_hidden, []
    if layer is None:
        return []
    keys = ("scores", "rivals", f"contrast/{layer}")
    for entry, values in zip(found.entries, found.values(*keys), strict=True):
        first, second = values["rivals"].tolist()
        margin = float(values["scores"][first] - values["scores"][second])
        wrong = entry.label is not None and entry.label != first
        if first != second and (wrong or margin < BETWEEN):
            made = contrast(
                values[f"contrast/{layer}"], clip=entry.id, classes=(first, second), layer=layer, margin=margin
            )
            ranked.append((not wrong, margin, made))
    return [made for _, _, made in sorted(ranked, key=lambda each: each[:2])[:MOST]]


def contrast(given: Tensor, *, clip: str, classes: tuple[int, int], layer: str, margin: float) -> Contrast:
    """given: what every unit of the layer gives to the margin, (units,)."""
    for_first, for_second = (float(part.clamp_min(0).sum()) for part in (given, -given))
    return Contrast(
        clip=clip,
        first=classes[0],
        second=classes[1],
        margin=round(margin, 4),
        layer=layer,
        for_first=listed(layer, given),
        for_second=listed(layer, -given),
        all_first=round(for_first, 4),
        all_second=round(for_second, 4),
        rest=round(margin - for_first + for_second, 4),
    )
