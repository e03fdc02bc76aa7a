"""A module and what its author says of it -> a card, or a Model: facts computed once, statistics found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from contract.catalogue import Head, LayerCard, ModelCard
from contract.errors import ModelProblem, UnknownLayer
from worker import calibrate
from worker.models import facts, heads
from worker.models.fingerprint import fingerprint
from worker.models.model import Model, Moments, Statistics
from worker.models.recommend import recommend
from worker.models.sheet import Sheet

UNCALIBRATED_CLIPS = 64
"""Noise clips that set the activation scale of a network nobody has calibrated."""

FEWEST_CLIPS = 6
"""One of every smoothness, for networks that take seconds a clip."""

NOISE_BUDGET = 4e11
"""Multiplications that this first scale may cost: about half a minute of a desktop's CPU."""

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, and of how much."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody sees."""


Facts = tuple[tuple[LayerCard, ...], str]
_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)


def describe(name: str, module: nn.Module, sheet: Sheet, *, data: Path) -> ModelCard:
    """The card of the model `name`. Facts are read from `data` when this fingerprint was seen before.

    Raises ModelProblem where the network does not fit its sheet.
    """
    module = _settled(module)
    identity = fingerprint(module, sheet.streams)
    layers, last = _facts(module, sheet, identity, data)
    layers = _in_lanes(layers, sheet.lanes)
    heads.attach(module, layers)
    head = sheet.heads[0] if sheet.heads else None
    class_layer = head.layer if head else sheet.class_layer or last
    card = ModelCard(
        name=name,
        fingerprint=identity,
        layers=_marked(module, layers, sheet, class_layer),
        parameters=sum(p.numel() for p in module.parameters()),
        class_layer=class_layer,
        classes=head.classes if head else sheet.classes,
        heads=sheet.heads or _plain_heads(sheet, class_layer),
        **{key: value for key, value in sheet if key in _SHARED},
    )
    _check_classes(card)
    return calibrated(card, data)


_SHARED = set(Sheet.model_fields) & set(ModelCard.model_fields) - {"classes", "class_layer", "heads"}


def assemble(
    name: str, module: nn.Module, sheet: Sheet, *, data: Path, rough: bool = True, progress: Progress = silent
) -> Model:
    """The model, ready to be looked at: with an activation scale, batch normalization folded into the convolutions.

    rough: measure the scale on noise where nobody has calibrated it; else there is none then.
    Raises ModelProblem as `describe`.
    """
    card = describe(name, module, sheet, data=data)
    moments = usual_moments(module, card)
    module = folded(module, card)
    statistics = calibrate.load(statistics_path(data, card.fingerprint))
    if statistics is None and rough:
        statistics = _noise_statistics(module, card, data, progress)
    return Model(card, module, statistics, moments)


def calibrated(card: ModelCard, data: Path) -> ModelCard:
    """The card with what a calibration says, if there was one."""
    statistics = calibrate.load(statistics_path(data, card.fingerprint))
    return with_statistics(card, statistics) if statistics else card.model_copy(update={"calibration": "", "dead": {}})


def with_statistics(card: ModelCard, statistics: Statistics) -> ModelCard:
    """The card with what the statistics say: their source, and the units that never fired."""
    dead = {
        layer.path: statistics.dead(layer.path)
        for layer in card.layers
        if not card.is_class(layer.path) and layer.path in statistics.maximum and statistics.source
    }
    return card.model_copy(
        update={"calibration": statistics.source, "dead": {path: units for path, units in dead.items() if units}}
    )


def statistics_path(data: Path, identity: str) -> Path:
    """Where the statistics of a fingerprint are kept."""
    return data / "statistics" / f"{identity}.safetensors"


def _settled(module: nn.Module) -> nn.Module:
    """In eval mode, frozen, and with no activation function that overwrites the values it is given."""
    for part in module.modules():
        if getattr(part, "inplace", False) is True:
            part.inplace = False  # type: ignore[assignment]
    return module.eval().requires_grad_(False)


def folded(module: nn.Module, card: ModelCard) -> nn.Module:
    """The module, changed: convolutions take in the batch normalization after them, so that a unit is what the
    activation function is given."""
    for layer in card.layers:
        if layer.norm:
            convolution, norm = (module.get_submodule(path) for path in (layer.path, layer.norm))
            _replace(module, layer.path, fuse_conv_bn_eval(convolution, norm))  # type: ignore[arg-type, type-var]
            _replace(module, layer.norm, nn.Identity())
    return module.requires_grad_(False)


def usual_moments(module: nn.Module, card: ModelCard) -> dict[str, Moments]:
    """What batch normalization makes of the training clips: its shift as the mean, its gain as the deviation."""
    norms = {layer.path: module.get_submodule(layer.norm) for layer in card.layers if layer.norm}
    return {
        path: Moments(norm.bias.detach().clone(), norm.weight.detach().abs().clone())  # type: ignore[operator, union-attr]
        for path, norm in norms.items()
        if getattr(norm, "affine", False)
    }


def _replace(module: nn.Module, path: str, part: nn.Module) -> None:
    parent, _, name = path.rpartition(".")
    setattr(module.get_submodule(parent), name, part)


def _facts(module: nn.Module, sheet: Sheet, identity: str, data: Path) -> Facts:
    path = data / "facts" / f"{identity}.v{facts.VERSION}.json"
    try:
        return _FACTS.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        layers, last = facts.layers(module, sheet.streams)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(_FACTS.dump_json((tuple(layers), last)))
    part.replace(path)
    return tuple(layers), last


def _in_lanes(layers: tuple[LayerCard, ...], lanes: Mapping[str, str]) -> tuple[LayerCard, ...]:
    """Layers in the lanes that the author names, by the beginning of their paths."""
    if not lanes:
        return layers
    moved = [
        layer.model_copy(
            update={"lane": next((n for n, begin in lanes.items() if layer.path.startswith(begin)), "joint")}
        )
        for layer in layers
    ]
    return tuple(recommend(moved))


def _marked(module: nn.Module, layers: tuple[LayerCard, ...], sheet: Sheet, class_layer: str) -> tuple[LayerCard, ...]:
    """Layers with the author's word on which are classes and which are recommended."""
    paths = [layer.path for layer in layers]
    heads = {class_layer, *(head.layer for head in sheet.heads)}
    for path in [*heads, *sheet.recommended]:
        if path not in paths:
            raise ModelProblem(f"CARD: {UnknownLayer(path, paths).detail}")
    changed = []
    for layer in layers:
        kind = "class" if layer.path in heads else layer.kind
        if layer.kind == "class" and layer.path not in heads:
            kind = "linear" if isinstance(module.get_submodule(layer.path), nn.Linear) else "conv"
        wanted = layer.path in sheet.recommended if sheet.recommended else layer.recommended or kind == "class"
        changed.append(layer.model_copy(update={"kind": kind, "recommended": wanted}))
    return tuple(changed)


def _plain_heads(sheet: Sheet, class_layer: str) -> tuple[Head, ...]:
    if sheet.output == "softmax":
        return ()
    return (Head(layer=class_layer, classes=sheet.classes, output=sheet.output),)


def _check_classes(card: ModelCard) -> None:
    named = {card.class_layer: card.classes, **{head.layer: head.classes for head in card.heads}}
    for path, classes in named.items():
        units = card.layer(path).units if path else 0
        if classes and len(classes) != units:
            raise ModelProblem(
                f"{len(classes)} class names are given, but the layer {path!r} has {units} units. "
                "Give another class list, or another class_layer."
            )


def _noise_statistics(module: nn.Module, card: ModelCard, data: Path, progress: Progress) -> Statistics:
    """A rough activation scale, kept apart from real calibrations; its source stays empty, so that pages can say so."""
    path = data / "statistics" / f"{card.fingerprint}.noise.safetensors"
    known = calibrate.load(path)
    if known is not None:
        return known
    cost = sum(layer.macs for layer in card.layers)
    count = max(FEWEST_CLIPS, min(UNCALIBRATED_CLIPS, int(NOISE_BUDGET / max(cost, 1))))
    samples = _told(calibrate.noise_samples(card, count=count), count, progress)
    statistics = calibrate.run(module, card, samples, calibrate.Tally(len(card.classes))).statistics("")
    calibrate.save(statistics, path)
    return statistics


def _told(samples: Iterator[calibrate.Sample], count: int, progress: Progress) -> Iterator[calibrate.Sample]:
    for index, sample in enumerate(samples):
        progress("measuring the activation scale on noise", index, count)
        yield sample
