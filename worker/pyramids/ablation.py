"""Class scores of a clip without some units, and without others that are drawn by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from contract.ablation import Ablation, AblationSpec, Outcome
from contract.archive import Archive
from contract.units import by_layer
from worker import canvas
from worker.models.model import Model
from worker.probing.probe import probabilities
from worker.pyramids import relevance, source
from worker.silence import silenced

DRAWS = 5
"""Selections by chance."""

Silent = Mapping[str, Sequence[int]]


def make(
    model: Model,
    spec: AblationSpec,
    archive: Archive,
    *,
    clips: Mapping[str, Path],
    cache: Path,
    progress: Callable[[str, int, int], None],
) -> None:
    """Write the ablation of a spec. clips: sets of clips by name; cache: for optical flow. Raises ClipProblem."""
    progress("clip", 0, 1)
    inputs = source.find(spec.clip, model.card, archive, clips, cache=cache).read(1.0)
    assert inputs is not None
    archive.put_ablation(spec.id, ablated(model, spec, inputs, progress=progress))


def ablated(
    model: Model, spec: AblationSpec, inputs: Sequence[Tensor], *, progress: Callable[[str, int, int], None]
) -> Ablation:
    """inputs: in method units, one per stream. A layer is silenced where a pyramid takes it."""
    card = model.card
    at = relevance.passage(model.module, card, inputs, label=None).at
    tensors = [canvas.to_network(x[None], stream) for x, stream in zip(inputs, card.streams, strict=True)]

    def scores(silent: Silent) -> Tensor:
        with torch.inference_mode(), silenced(model.module, card, silent, at=at):
            return model.module(*tensors).flatten(1)[0].float()

    progress("network", 0, 2 + DRAWS)
    intact = scores({})
    progress("network", 1, 2 + DRAWS)
    silent = by_layer(spec.silent)
    without = scores(silent)
    drawn = []
    for draw, others in enumerate(_others(silent, {path: card.layer(path).units for path in silent})):
        progress("network", 2 + draw, 2 + DRAWS)
        drawn.append(scores(others))
    return Ablation(
        spec=spec,
        intact=_outcome([intact], card.output),
        without=_outcome([without], card.output),
        random=_outcome(drawn, card.output) if drawn else None,
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


def _outcome(scores: Sequence[Tensor], output: str) -> Outcome:
    """The mean over several."""
    shares = torch.stack([probabilities(each, "sigmoid" if output == "sigmoid" else "softmax") for each in scores])
    mean = torch.stack(list(scores)).mean(0)
    return Outcome(scores=_figures(mean), probabilities=_figures(shares.mean(0)))


def _figures(values: Tensor) -> tuple[float, ...]:
    return tuple(float(f"{value:.5g}") for value in values.tolist())
