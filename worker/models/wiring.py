"""Which units of which layers the inputs of a layer are, from the facts on a card."""

from __future__ import annotations

from dataclasses import dataclass

from contract.catalogue import LayerCard, ModelCard


class Unknown(Exception):
    """The inputs of a layer are not units of the layers below it, one for one; the text says why."""


@dataclass(frozen=True)
class Source:
    """Inputs `offset` to `offset + units * cells - 1` are the units of a layer, `cells` inputs of each in turn."""

    layer: str
    offset: int
    units: int
    cells: int = 1


def sources(card: ModelCard, layer: LayerCard, inputs: int) -> list[Source]:
    """Where the inputs of a layer come from; nothing where it sees the clip. inputs: how many channels it reads.

    Branches that are concatenated stand one after the other; of values that are added or multiplied each has every
    input, except that a card names only the last of a chain of residual blocks. A linear map of a flattened map reads
    all cells of a unit one after the other. Raises Unknown.
    """
    streams = {stream.name for stream in card.streams}
    below = [card.layer(name) for name in layer.inputs if name not in streams]
    if not below:
        return []
    if len(below) < len(layer.inputs):
        raise Unknown(f"{layer.path} reads the clip and layers at once")
    if layer.join == "concat":
        whole = sum(each.units for each in below)
        if inputs != whole:
            raise Unknown(f"{layer.path} reads {inputs} channels, and the layers below it have {whole} units")
        ends = [sum(each.units for each in below[:count]) for count in range(len(below))]
        return [Source(each.path, end, each.units) for each, end in zip(below, ends, strict=True)]
    found = []
    for each in below:
        if inputs % each.units or (inputs != each.units and len(below) > 1):
            raise Unknown(f"{layer.path} reads {inputs} channels, and {each.path} has {each.units} units")
        found.append(Source(each.path, 0, each.units, inputs // each.units))
    return found
