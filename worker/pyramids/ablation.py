"""Class scores of a clip without some units, and without others that are drawn by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor

from contract.ablation import Ablation, AblationSpec, Outcome
from contract.archive import Archive
from contract.units import by_layer
from worker import canvas
from worker.analyses.collection import Entry
from worker.models.model import Model
from worker.probing.probe import probabilities
from worker.pyramids import relevance
from worker.pyramids.source import Source
from worker.silence import silenced

DRAWS = 5
"""Selections by chance."""

Silent = Mapping[str, Sequence[int]]


def make(
    model: Model,
    spec: AblationSpec,
    archive: Archive,
    source: Source,
    *,
    progress: Callable[[str, int, int], None],
) -> None:
    """Write the ablation of a spec. Raises ClipProblem, ClipGone, ClipRefused."""
    progress("clip", 0, 1)
    entries = source.entries(spec.clip)
    archive.put_ablation(spec.id, ablated(model, spec, entries, progress=progress))


def ablated(
    model: Model, spec: AblationSpec, entries: Sequence[Entry], *, progress: Callable[[str, int, int], None]
) -> Ablation:
    """In the mean over clips. A layer is silenced where a pyramid takes it."""
    card, silent = model.card, by_layer(spec.silent)
    others = _others(silent, {path: card.layer(path).units for path in silent})
    selections = [{}, silent, *others]
    scores: list[list[Tensor]] = [[] for _ in selections]
    at: Mapping[str, str] = {}
    for index, entry in enumerate(entries):
        inputs = entry.read(1.0)
        assert inputs is not None
        at = at or relevance.passage(model.module, card, inputs, label=None).at
        tensors = [canvas.to_network(x[None], stream) for x, stream in zip(inputs, card.streams, strict=True)]
        for turn, selection in enumerate(selections):
            progress("network", index * len(selections) + turn, len(entries) * len(selections))
            with torch.inference_mode(), silenced(model.module, card, selection, at=at):
                scores[turn].append(model.module(*tensors).flatten(1)[0].float())
    intact, without, *drawn = scores
    return Ablation(
        spec=spec,
        clips=len(entries),
        intact=_outcome(intact, card.output),
        without=_outcome(without, card.output),
        random=_outcome([each for draw in drawn for each in draw], card.output) if drawn else None,
        draws=len(drawn),
    )


def _others(silent: Silent, units: Mapping[str, int]) -> list[dict[str, list[int]]]:
    """Selections of as many other units of every layer; none where a layer has not so many. units: of each layer."""
    left = {path: sorted(set(range(units[path])) - set(numbers)) for path, numbers in silent.items()}
    if any(len(left[path]) < len(numbers) for path, numbers in silent.items()):
        return []
    random = torch.Generator().manual_seed(0)

    def pick(path: str, count: int) -> list[int]:
        return [left[path][i] for i in torch.randperm(len(left[path]), generator=random)[:count].tolist()]

    return [{path: pick(path, len(numbers)) for path, numbers in silent.items()} for _ in range(DRAWS)]


def _outcome(scores: Sequence[Tensor], output: Literal["softmax", "sigmoid"]) -> Outcome:
    """The mean over several."""
    shares = torch.stack([probabilities(each, output) for each in scores])
    mean = torch.stack(list(scores)).mean(0)
    return Outcome(scores=_figures(mean), probabilities=_figures(shares.mean(0)))


def _figures(values: Tensor) -> tuple[float, ...]:
    return tuple(float(f"{value:.5g}") for value in values.tolist())
