"""What an optimization leaves behind: numbers and the names of its pictures. The pictures travel beside it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.spec import VisualizationSpec


class StreamPicture(BaseModel):
    """One input of the optimum, as stored.

    `strip` is a lossless WebP of `frames` tiles side by side, in rows where they are too many for one
    (contract/strip.py). Colour: the displayed RGB. Motion: red is u, green is v, 8-bit, displacement =
    (value - 128) / 127 * scale in pixels per frame; blue is unused.
    `poster` is one small still for grids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["appearance", "motion", "clip"]
    frames: int
    height: int
    width: int
    fps: float
    strip: str = Field(description="File name under the visualization's media.")
    poster: str
    scale: float | None = Field(default=None, description="Motion: pixels per frame at full 8-bit deflection.")
    peak: float | None = Field(default=None, description="Motion: largest displacement, in pixels per frame.")
    low: float | None = Field(default=None, description="Colour: grey level shown as black.")
    high: float | None = Field(default=None, description="Colour: grey level shown as white.")


class Result(BaseModel):
    """The outcome of one spec."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    spec: VisualizationSpec
    dead: bool = Field(description="The unit never fired on the calibration clips: no picture is made.")
    activation: float | None = Field(description="Activation of the stored 8-bit-free optimum, unjittered.")
    normalized: float | None = Field(description="activation / reference.")
    reference: float = Field(description="ahat: the unit's largest activation over the calibration clips, floored.")
    calibration: str = Field(description="Where `reference` comes from; empty: 64 noise clips.")
    receptive_field: int | None
    canvas: int = Field(description="Side of the optimized canvas, in pixels.")
    steps: int
    seconds: float = Field(description="From its first step to its last.")
    slots: int = Field(default=1, ge=1, description="Units that run together: it took its part of the seconds.")
    device: str
    execution: Literal["cone", "network"] = Field(
        default="network", description="What was run of the network: the cells that the target needs, or whole maps."
    )
    trace: tuple[float, ...] = Field(default=(), description="Normalized activation over the run, at most 200 values.")
    streams: tuple[StreamPicture, ...] = ()

    @property
    def share(self) -> float:
        """Seconds that it costs where all slots are filled, as in a sweep."""
        return self.seconds / self.slots
