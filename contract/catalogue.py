"""What a model offers: its inputs, layers, units and classes, as plain values.

Workers publish these cards; the server reads them and so needs no torch to know a model.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.errors import UnitOutOfRange, UnknownClass, UnknownLayer, Unsuited
from contract.spec import VisualizationRequest

MOST_SEEDS = 15
"""Largest seed of a request with diversity."""


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stream(_Card):
    """One input of a model, in the order in which the module takes them.

    kind: `appearance` is one RGB frame, `motion` a stack of flow fields (u, v), `clip` an RGB clip.
    """

    name: str
    kind: Literal["appearance", "motion", "clip"]
    frames: int = Field(ge=1)
    height: int = Field(ge=1)
    width: int = Field(ge=1)
    fps: float = Field(default=25.0, gt=0, description="Frame rate as the network sees it.")
    order: Literal["RGB", "BGR"] = "RGB"
    mean: tuple[float, ...] = Field(default=(0.0, 0.0, 0.0), description="Subtracted after division by 255 / scaling.")
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    span: float = Field(
        default=255.0, description="Grey levels are divided by this before mean and std: 255 gives 0..1."
    )
    levels_per_px: float = Field(default=6.375, gt=0, description="Motion: grey levels per pixel of displacement.")
    layout: Literal["CHW", "CTHW", "TCHW"] = Field(
        default="CTHW", description="Tensor layout the module takes; motion as CHW is u1,v1,u2,v2,..."
    )
    segments: int = Field(
        default=1, ge=1, description="Snippets that the frames are of, equally many each; they lie apart in the clip."
    )

    @model_validator(mode="after")
    def _check_segments(self) -> Stream:
        if self.frames % self.segments:
            raise ValueError(f"{self.frames} frames are not {self.segments} segments of equal length")
        return self

    @property
    def channels(self) -> int:
        """Components of a pixel: 3 for colour, 2 for motion."""
        return 2 if self.kind == "motion" else 3


class LayerCard(_Card):
    """One layer whose units can be visualized."""

    path: str
    kind: str = Field(description="conv, linear, heads (of attention) or class.")
    units: int = Field(ge=1)
    frames: int = Field(description="Output frames at the native input.")
    height: int
    width: int
    stride: int | None = Field(description="Input pixels per output cell; none where the field is global.")
    receptive_field: int | None = Field(description="Side in input pixels; none: global.")
    receptive_frames: int | None = Field(description="Extent in input frames; none: global.")
    streams: tuple[str, ...] = Field(description="Names of the inputs that reach this layer.")
    lane: str = Field(default="", description="Lane of the architecture drawing: a stream's name, or `joint`.")
    depth: int = Field(default=0, description="Longest path from an input, in layers.")
    inputs: tuple[str, ...] = Field(default=(), description="Layers (or streams) that feed this one directly.")
    join: str = Field(default="", description="How several inputs come together: add, product, max or concat.")
    recommended: bool = False
    layout: str = Field(
        default="",
        description="Dimensions of the module's output where its shape does not tell them: `N T H W C`, "
        "`N 1+(T H W) C` (tokens after a class token), ...",
    )
    rigid: bool = Field(default=False, description="Up to here the network takes its native input size only.")
    norm: str = Field(default="", description="Batch normalization that is part of the layer.")
    neurons: bool = Field(default=False, description="An activation function follows.")
    macs: int = Field(default=0, description="Multiplications at the native input.")

    @property
    def finite(self) -> bool:
        """Whether a cell sees a part of the input only, so that no more than that part need be computed."""
        return self.receptive_field is not None and self.stride is not None


class Head(_Card):
    """Classes of one output of a network: an action network may name a verb and a noun."""

    name: str = ""
    layer: str = Field(description="Path of the layer whose units are the classes.")
    classes: tuple[str, ...] = ()
    output: Literal["softmax", "sigmoid"] = Field(
        default="softmax", description="softmax: one class is true; sigmoid: any number of them."
    )


class ModelCard(_Card):
    """Everything about a model that is shown, listed and needed to check a request."""

    name: str
    title: str
    description: str = ""
    fingerprint: str
    streams: tuple[Stream, ...]
    layers: tuple[LayerCard, ...]
    class_layer: str | None = Field(description="Path of the layer whose units are the classes.")
    classes: tuple[str, ...] = ()
    heads: tuple[Head, ...] = Field(default=(), description="All heads, where there are several or no softmax.")
    extends: bool = Field(
        default=False, description="Fully convolutional: fc units may be shown larger than the native input."
    )
    causal: bool = Field(
        default=False, description="Sees the past only: the last frame is the target, not the middle one."
    )
    parameters: int = 0
    weights: str = Field(default="", description="Where the weights come from, and whether their checksum is known.")
    calibration: str = Field(
        default="", description="The clips that the activation scale was taken from; empty: uncalibrated."
    )
    dead: dict[str, tuple[int, ...]] = Field(default_factory=dict, description="Units that never fired, per layer.")
    accuracy: dict[str, float] = Field(default_factory=dict)
    citation: str = ""
    licence: str = ""

    def layer(self, path: str) -> LayerCard:
        """The layer at `path`. Raises UnknownLayer."""
        for layer in self.layers:
            if layer.path == path:
                return layer
        raise UnknownLayer(path, [layer.path for layer in self.layers], within=self.name)

    @property
    def last_hidden(self) -> str | None:
        """The last layer before the classes: what its units say decides."""
        before = [layer.path for layer in self.layers if not self.is_class(layer.path)]
        return before[-1] if before else None

    def check_unit(self, path: str, unit: int) -> LayerCard:
        """The layer at `path` if it has `unit`. Raises UnknownLayer, UnitOutOfRange."""
        layer = self.layer(path)
        if not 0 <= unit < layer.units:
            raise UnitOutOfRange(unit, layer=path, units=layer.units)
        return layer

    def is_class(self, path: str) -> bool:
        """Whether the units of a layer are classes."""
        return path == self.class_layer or any(head.layer == path for head in self.heads)

    @property
    def output(self) -> Literal["softmax", "sigmoid"]:
        """What makes probabilities of the class scores."""
        several = any(head.layer == self.class_layer and head.output == "sigmoid" for head in self.heads)
        return "sigmoid" if several else "softmax"

    def class_number(self, name: str | int) -> int:
        """A class by its name or number. Raises UnknownClass."""
        text = str(name)
        if text.isdigit() and int(text) < len(self.classes):
            return int(text)
        if text not in self.classes:
            raise UnknownClass(text, self.classes, within=self.name)
        return self.classes.index(text)

    def label(self, path: str, unit: int) -> str | None:
        """Name of a unit, if it is a class that has one."""
        names = next((head.classes for head in self.heads if head.layer == path), ())
        names = names or (self.classes if path == self.class_layer else ())
        return names[unit] if unit < len(names) else None

    def check(self, request: VisualizationRequest) -> None:
        """Raises UnknownLayer, UnitOutOfRange or Unsuited if the model lacks what `request` names or needs."""
        for unit in request.units:
            self.check_unit(request.layer, unit)
        parameters = request.parameters
        if parameters.prior == "features" and not any(layer.norm for layer in self.layers):
            raise Unsuited(
                f"prior 'features' needs batch normalization behind a convolution, and {self.name!r} has none.",
                allowed=["paper", "fourier", "phase"],
            )
        if parameters.contrast:
            self._check_contrast(request)
        if parameters.diversity and parameters.seed > MOST_SEEDS:
            raise Unsuited(
                f"With diversity, seed n is computed after seeds 0 to n - 1; {parameters.seed} are too many.",
                allowed=[f"seed 0..{MOST_SEEDS}"],
            )

    def _check_contrast(self, request: VisualizationRequest) -> None:
        parameters = request.parameters
        if not self.is_class(request.layer) or self.layer(request.layer).units < 2:
            raise Unsuited(
                f"contrast is between classes, and the units of {request.layer!r} are none.",
                allowed=[path for path in (self.class_layer, *(head.layer for head in self.heads)) if path],
            )
        if parameters.objective != "cell" or parameters.rival is not None:
            raise Unsuited("contrast sets a class against all others: no other objective, no rival.", allowed=["cell"])

    @property
    def one_input(self) -> bool:
        """Whether the triplet is still | slow | fast of one clip (docs/method.md, section 6)."""
        return all(stream.kind == "clip" for stream in self.streams)
