"""A Class Feature Pyramid (docs/pyramids.md): which units a class score is made of on one clip."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Node(_Part):
    """A unit and what the score owes to it; `other`: all units of the layer that are not listed, together."""

    layer: str
    unit: int | None
    relevance: float


class Edge(_Part):
    """What a node gives to one of the row above, of that one's relevance. None: the layer's other units."""

    source: str
    source_unit: int | None
    target: str
    target_unit: int | None
    weight: float


class Bias(_Part):
    """What a node has from nowhere below: biases, and what lies around the row below. Makes its inflow add up."""

    layer: str
    unit: int | None
    weight: float


class Row(_Part):
    """Layers that stand side by side, the largest relevance first in each.

    error: largest difference between what a unit gives to the row above and its relevance, as a part of the largest
    relevance of the row. About 0 where all paths to the score lead through the row above; what leads around it
    otherwise.
    """

    layers: tuple[str, ...]
    nodes: tuple[Node, ...]
    error: float


class Pyramid(_Part):
    """Rows from the score downwards. score: logit of `label`, less that of `rival` if there is one.

    Edges to the score are the relevances of the first row; `bias` of the score is the difference.
    """

    model: str
    fingerprint: str
    clip: str
    label: int
    rival: int | None
    score: float
    bias: float = Field(description="What the score has from nowhere below.")
    rows: tuple[Row, ...]
    edges: tuple[Edge, ...]
    biases: tuple[Bias, ...]
