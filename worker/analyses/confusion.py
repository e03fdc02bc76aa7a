"""Finding 4: which classes are taken for each other, which units they share, and what those units do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from contract.catalogue import ModelCard
from contract.findings import Ablation, ClassFindings, PairFindings, PartWeight, Weighed
from worker import canvas
from worker.analyses.collection import Entry
from worker.analyses.survey import run
from worker.silence import silenced

SHOWN = 8
"""Units listed per kind."""

ABLATED = 0.05
"""Share of a layer's units that is set to 0 together."""

CLIPS = 16
"""Clips of each class that are looked at."""


def classes(labels: Sequence[int | None], predicted: Sequence[int]) -> list[ClassFindings]:
    """Per class that has clips: how many are named right, and what the others are taken for."""
    found = []
    for label in sorted({label for label in labels if label is not None}):
        named = Counter(p for own, p in zip(labels, predicted, strict=True) if own == label)
        wrong = sorted(((other, n) for other, n in named.items() if other != label), key=lambda x: (-x[1], x[0]))
        found.append(
            ClassFindings(label=label, clips=named.total(), right=named[label], confused=tuple(wrong))
        )  # fmt: skip
    return found


def confused_pairs(found: Sequence[ClassFindings], *, most: int) -> list[tuple[int, int, int]]:
    """(class, class, clips of either taken for the other), most first; both classes have clips."""
    there = {each.label for each in found}
    counts: Counter[tuple[int, int]] = Counter()
    for each in found:
        for other, clips in each.confused:
            if other in there:
                counts[min(each.label, other), max(each.label, other)] += clips
    return [(a, b, clips) for (a, b), clips in sorted(counts.items(), key=lambda x: (-x[1], x[0]))[:most]]


def weigh(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Units by what they do for two classes, (units,) each, larger is more.

    first, second: mean contribution of every unit to the logit of each class, on the class's own clips. `shared` is
    what it gives to both; `first` and `second` what it gives to one more than to the other.
    """
    return {
        "shared": torch.minimum(first, second),
        "first": first - second,
        "second": second - first,
    }


def listed(layer: str, weights: Tensor) -> tuple[Weighed, ...]:
    """The SHOWN units with the largest positive weights."""
    best = weights.topk(min(SHOWN, len(weights)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return tuple(Weighed(layer=layer, unit=unit, weight=round(weight, 4)) for unit, weight in pairs if weight > 0)


def look_into(
    pair: tuple[int, int, int],
    entries: Sequence[Entry],
    *,
    module: nn.Module,
    card: ModelCard,
    layer: str,
    contributions: Mapping[int, Tensor],
) -> PairFindings:
    """Everything about two classes. contributions: by class, of every unit of `layer` to its logit, (units,)."""
    first, second, confused = pair
    weights = weigh(contributions[first], contributions[second])
    own = {label: [e for e in entries if e.label == label][:CLIPS] for label in (first, second)}
    clips = [(entry.label == first, entry.read(1.0)) for group in own.values() for entry in group]
    read = [(is_first, inputs) for is_first, inputs in clips if inputs is not None]
    return PairFindings(
        first=first,
        second=second,
        confused=confused,
        clips=len(read),
        layer=layer,
        shared=listed(layer, weights["shared"]),
        for_first=listed(layer, weights["first"]),
        for_second=listed(layer, weights["second"]),
        ablations=tuple(_ablations(module, card, layer, weights, (first, second), read)),
        parts=tuple(_parts(module, card, (first, second), [e for group in own.values() for e in group])),
    )


def _ablations(
    module: nn.Module,
    card: ModelCard,
    layer: str,
    weights: Mapping[str, Tensor],
    pair: tuple[int, int],
    clips: Sequence[tuple[bool, list[Tensor]]],
) -> list[Ablation]:
    """Before and after, for the units of each kind and as many random ones."""
    if not clips:
        return []
    count = max(1, round(ABLATED * len(weights["shared"])))
    chosen = {what: value.topk(count).indices.tolist() for what, value in weights.items()}
    chosen["random"] = torch.randperm(len(weights["shared"]), generator=torch.Generator().manual_seed(0))[
        :count
    ].tolist()
    before = _margins(module, card, pair, clips)
    found = []
    for what, units in chosen.items():
        with silenced(module, card, {layer: units}):
            after = _margins(module, card, pair, clips)
        found.append(_effect(what, count, before, after, [is_first for is_first, _ in clips]))
    return found


def _margins(
    module: nn.Module, card: ModelCard, pair: tuple[int, int], clips: Sequence[tuple[bool, list[Tensor]]]
) -> Tensor:
    """Logit of the first class minus that of the second, (clips,)."""
    with torch.no_grad():
        scores = torch.stack([run(module, card, inputs)[0] for _, inputs in clips])
    return scores[:, pair[0]] - scores[:, pair[1]]


def _effect(what: str, units: int, before: Tensor, after: Tensor, is_first: Sequence[bool]) -> Ablation:
    firsts = torch.tensor(is_first)
    sign = torch.where(firsts, 1.0, -1.0)

    def mean(values: Tensor, rows: Tensor) -> float:
        return float(values[rows].mean()) if rows.any() else 0.0

    return Ablation.model_validate(
        {
            "what": what,
            "units": units,
            "first": (mean(before, firsts), mean(after, firsts)),
            "second": (mean(before, ~firsts), mean(after, ~firsts)),
            "right": tuple(float((margins * sign > 0).float().mean()) for margins in (before, after)),
        }
    )


def _parts(module: nn.Module, card: ModelCard, pair: tuple[int, int], entries: Sequence[Entry]) -> list[PartWeight]:
    """Named parts of drawn clips by the evidence that a pixel of theirs gives for the clip's own class, most first.

    Evidence is x dm/dx summed over inputs, m the margin of the own class over the other; what moves the margin now up
    and now down, as a bow does that strokes alike in both classes, sums to nothing.
    """
    total: dict[str, float] = {}
    covered: dict[str, float] = {}
    for entry in entries:
        masks, inputs = entry.parts(), entry.read(1.0)
        if masks and inputs is not None:
            evidence = _evidence(module, card, inputs, *(pair if entry.label == pair[0] else pair[::-1]))
            for part, mask in masks.items():
                total[part] = total.get(part, 0.0) + float(evidence[mask].sum())
                covered[part] = covered.get(part, 0.0) + float(mask.sum())
    weights = {part: total[part] / covered[part] for part in total if covered[part]}
    most = max((abs(weight) for weight in weights.values()), default=1.0) or 1.0
    return [PartWeight(part=p, weight=round(w / most, 3)) for p, w in sorted(weights.items(), key=lambda x: -x[1])]


def _evidence(
    module: nn.Module, card: ModelCard, inputs: Sequence[Tensor], own: int, other: int
) -> NDArray[np.float32]:
    """(height, width)."""
    leaves = [x.clone().requires_grad_() for x in inputs]
    tensors = [canvas.to_network(x[None], s) for x, s in zip(leaves, card.streams, strict=True)]
    scores = module(*tensors).flatten(1)[0]
    slopes = torch.autograd.grad(scores[own] - scores[other], leaves, allow_unused=True, materialize_grads=True)
    return torch.stack([(x.detach() * s).sum((0, 1)) for x, s in zip(leaves, slopes, strict=True)]).sum(0).numpy()
