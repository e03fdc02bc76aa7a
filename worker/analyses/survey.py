"""One pass over a set of clips: what every unit does at every clip. The other analyses are made of its records.

Per clip: the scores; per layer every unit's largest activation, where and when it was, its course over the frames,
what it gives to the logit; the same with one input alone, and at other speeds. Nothing here knows what is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from contract.catalogue import LayerCard, ModelCard
from worker import calibrate, canvas
from worker.analyses.collection import Entry
from worker.objectives import as_map

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
REST = "rest"
"""In the place of a speed: the clip with nothing moving."""

VERSION = "2"
"""Of the records. Those of another version are made anew."""

MAP = 32
"""Side of the maps of motion energy and saliency."""


@dataclass(frozen=True)
class Record:
    """One clip. `values`: by `kind/layer`, (units,) unless said otherwise.

    peak; place (units, 3): time, row, column of the peak; trace (units, frames); relevance: activation x gradient of
    the logit of the clip's class; alone:<input> and alone: (nothing): activation at the place of the peak with that
    input only; speed:<factor>, control:<factor>: peak of a replay (factor REST: of the clip at rest), by the network
    and by one of shuffled weights; contrast, of the last layer before the classes only: activation x gradient of the
    margin between the two classes of `rivals`. Without a layer: scores (classes,); rivals (2,): what the clip was
    taken for, and its own class, or the runner-up where these are the same; energy, saliency (MAP, MAP).
    """

    values: dict[str, Tensor]

    def of(self, kind: str, layer: str) -> Tensor | None:
        """A layer's values of one kind, if there are any."""
        return self.values.get(f"{kind}/{layer}")


def survey(
    entries: Sequence[Entry],
    *,
    module: nn.Module,
    control: nn.Module,
    card: ModelCard,
    folder: Path,
    replays: int,
    seen: Callable[[Entry, Sequence[Tensor], Tensor], None],
    failed: Callable[[Entry, Exception], None],
) -> Iterator[Entry]:
    """Write a record per clip into `folder`, and yield the clip; clips that have one are not run again.

    The first `replays` clips are also played at SPEEDS. `seen` is given each clip's inputs and scores,
    `failed` a clip that cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for index, entry in enumerate(entries):
        path = record_path(folder, entry.id)
        if load(path, wanted=lambda _key: False) is None:
            try:
                inputs = entry.read(1.0)
            except Exception as reason:  # any decoder may fail on any file; the others are still good
                failed(entry, reason)
                continue
            assert inputs is not None
            values = observe(module, card, inputs, label=entry.label)
            seen(entry, inputs, values["scores"])
            if len(card.streams) > 1:
                values |= each_alone(module, card, inputs, values)
            if index < replays:
                values |= replay({"speed": module, "control": control}, card, entry)
            save(values, path)
        yield entry


def record_path(folder: Path, identity: str) -> Path:
    """Where the record of a clip is."""
    return folder / f"{identity}.safetensors"


def load(path: Path, *, wanted: Callable[[str], bool] = lambda _key: True) -> Record | None:
    """A record, or the values of it that are wanted; None where there is none, or none that this version reads."""
    try:
        with safe_open(path, framework="pt") as file:
            if (file.metadata() or {}).get("version") != VERSION:
                return None
            return Record({key: file.get_tensor(key) for key in file.keys() if wanted(key)})  # noqa: SIM118 - no dict
    except (OSError, SafetensorError):
        return None


def rivals(scores: Tensor, label: int | None) -> tuple[int, int]:
    """What a clip is taken for, and what it might be: its own class if that is another one, else the runner-up."""
    first, *others = scores.topk(min(2, len(scores))).indices.tolist()
    return first, label if label not in (None, first) else (others or [first])[0]


def observe(module: nn.Module, card: ModelCard, inputs: Sequence[Tensor], *, label: int | None) -> dict[str, Tensor]:
    """Peaks, places, traces and relevance of one clip, with its scores and maps."""
    leaves = [x.clone().requires_grad_() for x in inputs]
    scores, outputs = run(module, card, leaves)
    target = int(scores.argmax()) if label is None else label
    paths = list(outputs)
    wanted = [*outputs.values(), *leaves]
    one, other = rivals(scores.detach(), label)
    values = {"scores": scores.detach(), "rivals": torch.tensor([one, other], dtype=torch.int32)}
    last = card.last_hidden
    if last in outputs:
        (slope,) = torch.autograd.grad(
            scores[one] - scores[other], [outputs[last]], retain_graph=True, allow_unused=True, materialize_grads=True
        )
        values[f"contrast/{last}"] = _given(outputs[last], slope, card.layer(last))
    slopes = torch.autograd.grad(scores[target], wanted, allow_unused=True, materialize_grads=True)
    for path, slope in zip(paths, slopes[: len(paths)], strict=True):
        map = as_map(outputs[path].detach().float(), 1, card.layer(path))[0]
        peak, place = peak_of(map)
        values[f"peak/{path}"], values[f"place/{path}"] = peak, place.to(torch.int16)
        values[f"trace/{path}"] = map.amax((2, 3)).half()
        values[f"relevance/{path}"] = _given(outputs[path], slope, card.layer(path))
    values["energy"] = _small([_energy(x, s.kind) for x, s in zip(inputs, card.streams, strict=True)])
    values["saliency"] = _small(
        [(x.detach() * g).abs().sum((0, 1)) for x, g in zip(leaves, slopes[len(paths) :], strict=True)]
    )
    return {key: value.contiguous() for key, value in values.items()}


def each_alone(
    module: nn.Module, card: ModelCard, inputs: Sequence[Tensor], values: dict[str, Tensor]
) -> dict[str, Tensor]:
    """What units do, at the place of their peak, when all inputs but one are 0 in method units, and when all are."""
    found = {}
    for name in (*(stream.name for stream in card.streams), ""):
        kept = [x if s.name == name else torch.zeros_like(x) for x, s in zip(inputs, card.streams, strict=True)]
        with torch.no_grad():
            _, outputs = run(module, card, kept)
        for path, output in outputs.items():
            map, place = as_map(output.float(), 1, card.layer(path))[0], values[f"place/{path}"].long()
            found[f"alone:{name}/{path}"] = map[torch.arange(len(map)), place[:, 0], place[:, 1], place[:, 2]]
    return found


def replay(networks: Mapping[str, nn.Module], card: ModelCard, entry: Entry) -> dict[str, Tensor]:
    """Every unit's peak in every network at rest and at each of SPEEDS that the clip has: `kind:speed/layer`."""
    found = {}
    own = entry.read(1.0)
    assert own is not None
    for speed in (REST, *SPEEDS):
        inputs = at_rest(own, card) if isinstance(speed, str) else entry.read(speed)
        if inputs is None:
            continue
        for kind, module in networks.items():
            with torch.no_grad():
                _, outputs = run(module, card, inputs)
            for path, output in outputs.items():
                map = as_map(output.float(), 1, card.layer(path))
                found[f"{kind}:{speed}/{path}"] = map.amax((0, 2, 3, 4))
    return found


def at_rest(inputs: Sequence[Tensor], card: ModelCard) -> list[Tensor]:
    """A clip in which nothing moves: no motion, and of colour the middle frame all the while."""
    still = {"motion": torch.zeros_like, "clip": lambda x: x[:, x.shape[1] // 2, None].expand_as(x)}
    return [still.get(stream.kind, lambda x: x)(x) for x, stream in zip(inputs, card.streams, strict=True)]


def run(module: nn.Module, card: ModelCard, inputs: Sequence[Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """Scores (classes,) and the raw outputs of every layer of the card, for inputs in method units."""
    tensors = [canvas.to_network(x[None], stream) for x, stream in zip(inputs, card.streams, strict=True)]
    with calibrate.capture(module, [layer.path for layer in card.layers]) as outputs:
        scores = module(*tensors)
    return scores.flatten(1)[0].float(), dict(outputs)


def peak_of(map: Tensor) -> tuple[Tensor, Tensor]:
    """Largest value of every unit (units,) and its place (units, 3): time, row, column. map: (units, t, h, w)."""
    value, flat = map.flatten(1).max(1)
    height, width = map.shape[2:]
    return value, torch.stack([flat // (height * width), flat // width % height, flat % width], 1)


def _given(output: Tensor, slope: Tensor, layer: LayerCard) -> Tensor:
    """Activation x gradient, summed over the map, (units,). Exact where what follows is linear."""
    return as_map(output.detach().float() * slope.float(), 1, layer).sum((0, 2, 3, 4))


def _energy(x: Tensor, kind: str) -> Tensor:
    """Motion of every pixel, (height, width): squared flow, or for colour the squared change between frames."""
    if kind == "motion":
        return x.square().sum(0).mean(0)
    return x.diff(dim=1).square().sum(0).mean(0) if x.shape[1] > 1 else torch.zeros(x.shape[2:])


def _small(maps: Sequence[Tensor]) -> Tensor:
    """The sum of maps (height, width) of the inputs, each brought to (MAP, MAP)."""
    return torch.stack([nn.functional.adaptive_avg_pool2d(map[None, None].float(), MAP)[0, 0] for map in maps]).sum(0)


def save(values: dict[str, Tensor], path: Path) -> None:
    """Write a record, whole or not at all."""
    part = path.with_suffix(".part")
    save_file({key: value.detach().contiguous() for key, value in values.items()}, part, {"version": VERSION})
    part.replace(path)
