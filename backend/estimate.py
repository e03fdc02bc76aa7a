"""How long a picture of a layer takes of which none was made: guessed from layers of its model that were measured.

A step runs the cells that the unit sees, of every layer below it, and the regularizers on the pixels that it sees. Both
are counted from the model's card, and two layers are taken to differ in time as they differ in this count.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping

from contract.catalogue import LayerCard, ModelCard, Stream

NEAREST = 3
"""Measured layers that a guess is taken from: those whose cost is nearest."""

PER_VALUE = 900.0
"""What the regularizers of one value of the input cost, in multiplications of the network."""

PER_STEP = 6e7
"""What a step costs beside both, in the same. Both are fitted to the processor time of the demo's layers."""


def guess(card: ModelCard, layer: LayerCard, measured: Mapping[str, float]) -> float | None:
    """Seconds of a picture, from those of other layers by their paths; None where there is no other."""
    own = cost(card, layer)
    known = [(cost(card, card.layer(path)), seconds) for path, seconds in measured.items()]
    near = sorted(known, key=lambda each: abs(math.log(each[0] / own)))[:NEAREST]
    return statistics.median(seconds * own / theirs for theirs, seconds in near) if near else None


def cost(card: ModelCard, layer: LayerCard) -> float:
    """Multiplications that a step of one unit of the layer takes, or what is worth as many."""
    network = sum(each.macs * _share(card, layer, each) for each in _below(card, layer))
    values = sum(_values(layer, stream) for stream in card.streams if stream.name in layer.streams)
    return network + PER_VALUE * values + PER_STEP


def _below(card: ModelCard, layer: LayerCard) -> Iterator[LayerCard]:
    """The layer, and all that it is computed from."""
    layers = {each.path: each for each in card.layers}
    found, waiting = {layer.path}, [layer.path]
    while waiting:
        here = layers[waiting.pop()]
        yield here
        new = [path for path in dict.fromkeys(here.inputs) if path in layers and path not in found]
        found.update(new)
        waiting.extend(new)


def _share(card: ModelCard, layer: LayerCard, below: LayerCard) -> float:
    """The part of the map of a layer below that one cell is computed from."""
    if not _is_cut(layer) or below.receptive_field is None or below.stride is None:
        return 1.0
    assert layer.receptive_field is not None
    side = (layer.receptive_field - below.receptive_field) / below.stride + 1
    times = 1.0
    if layer.receptive_frames is not None and below.receptive_frames is not None:
        every = max(stream.frames for stream in card.streams if stream.name in below.streams) / below.frames
        times = (layer.receptive_frames - below.receptive_frames) / max(every, 1.0) + 1
    sizes = ((side, below.height), (side, below.width), (times, below.frames))
    return math.prod(min(max(needed, 1.0), size) / size for needed, size in sizes)


def _values(layer: LayerCard, stream: Stream) -> float:
    """Numbers that are optimized of a stream."""
    sides = (stream.height, stream.width)
    if _is_cut(layer):
        assert layer.receptive_field is not None
        sides = tuple(min(layer.receptive_field, side) for side in sides)
    frames = stream.frames
    if stream.layout != "CHW" and layer.receptive_frames is not None and not layer.rigid:
        frames = min(layer.receptive_frames, frames)
    return sides[0] * sides[1] * frames * stream.channels


def _is_cut(layer: LayerCard) -> bool:
    """Whether only what a unit sees is computed."""
    return layer.finite and not layer.rigid
