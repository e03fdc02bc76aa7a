"""Units by name: as values, and as they stand in an address, `layer:unit,layer:unit`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from contract.errors import Unsuited
from contract.spec import Name

UNIT = re.compile(r"([A-Za-z0-9_.\-]{1,200}):(\d{1,7})")


class UnitName(BaseModel):
    """A unit of a layer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: Name
    unit: int = Field(ge=0, le=1_000_000)


def named(text: str) -> list[UnitName]:
    """Units as they stand in an address. Raises Unsuited."""
    found: list[UnitName] = []
    for part in filter(None, text.split(",")):
        match = UNIT.fullmatch(part)
        if not match:
            raise Unsuited(f"{part!r} is no unit.", allowed=["LAYER:NUMBER,LAYER:NUMBER"])
        found.append(UnitName(layer=match[1], unit=int(match[2])))
    return found


def written(units: Sequence[UnitName]) -> str:
    """The same the other way round."""
    return ",".join(f"{each.layer}:{each.unit}" for each in units)


def in_order(units: Sequence[UnitName]) -> tuple[UnitName, ...]:
    """Every unit once, in one order, so that the same selection is the same request."""
    return tuple(sorted(set(units), key=lambda each: (each.layer, each.unit)))


def by_layer(units: Sequence[UnitName]) -> dict[str, list[int]]:
    """Numbers of the units of each layer."""
    found: dict[str, list[int]] = {}
    for each in units:
        found.setdefault(each.layer, []).append(each.unit)
    return found
