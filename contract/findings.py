"""What analyses of a model over a set of clips found (docs/findings.md): plain values, written once, read often."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.result import StreamPicture


class _Finding(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SurveyedClip(_Finding):
    """A clip of the set. `label`, `predicted`: class numbers. `split`: what it is held out for, if anything."""

    id: str
    name: str
    label: int | None
    predicted: int
    split: str = ""
    streams: tuple[StreamPicture, ...] = Field(default=(), description="What the network sees of it.")


class Example(_Finding):
    """One clip as one unit saw it."""

    clip: str
    group: Literal["top", "middle", "random"]
    activation: float
    box: tuple[float, float, float, float] | None = Field(
        description="Receptive field of the cell that fired most: left, top, right, bottom in 0..1; none: all of it."
    )
    moment: float = Field(description="When it fired most, 0..1 of the clip.")
    trace: tuple[float, ...] = Field(description="Largest activation in each frame of the layer's output.")


class Neighbour(_Finding):
    """A unit of the same layer that answers to the same clips: correlation of their responses."""

    unit: int
    correlation: float


class Balance(_Finding):
    """Finding 1: what each input does alone, as a share of what both do. `joint`: each has at least a quarter."""

    shares: dict[str, float]
    interaction: float = Field(description="1 - sum of the shares: what only both together do.")
    joint: bool


class Tuning(_Finding):
    """Finding 3: response at other speeds, relative to the largest; `invariance` is its mean.

    Over clips, the response is what motion adds to the activation of the same clips at rest.
    """

    speeds: tuple[float, ...]
    response: tuple[float, ...]
    invariance: float
    rest: float | None = Field(default=None, description="Activation at rest, as a part of the largest.")


class UnitFindings(_Finding):
    """Everything about one unit. Profiles have one value per class of `Overview.present`."""

    unit: int
    maximum: float
    selectivity: float | None = Field(description="Finding 2: 1 answers to one class only, 0 to all alike.")
    profile: tuple[float, ...] = Field(description="Mean over the clips of a class of the largest activation.")
    contribution: tuple[float, ...] = Field(description="Mean activation x gradient of the class's logit, summed.")
    neighbours: tuple[Neighbour, ...] = ()
    examples: tuple[Example, ...] = ()
    balance: Balance | None = None
    tuning: Tuning | None = None


class OptimaFindings(_Finding):
    """Findings 3 and 6 on optima of a sample of a layer's units. `units`: by number; `speeds` are values of chi.

    `invariance`, `control`: medians, of the network and of shuffled weights. `likeness`: median correlation of the
    spatial spectra of a unit's two pictures; `likeness_control`: of pictures of different units.
    """

    layer: str
    asked: int = Field(default=0, description="Units that were asked for; dead ones have no optima.")
    units: dict[int, Tuning]
    invariance: float | None
    control: float | None
    likeness: float | None
    likeness_control: float | None


class LayerSummary(_Finding):
    """One point of the curves over depth: medians over the layer's units. `control`: the same of shuffled weights."""

    path: str
    depth: int
    lane: str
    selectivity: float | None = None
    joint: float | None = Field(default=None, description="Share of units that need both inputs.")
    interaction: float | None = None
    invariance: float | None = None
    control: float | None = None
    histogram: tuple[int, ...] = Field(default=(), description="Units by share of the first input, ten bins of 0..1.")


class ClassFindings(_Finding):
    """A class over the set. `confused`: (class, clips of this one that were taken for it), most first."""

    label: int
    clips: int
    right: int
    confused: tuple[tuple[int, int], ...] = ()


class Weighed(_Finding):
    """A unit and what it weighs: its share of a logit, or of the difference between two."""

    layer: str
    unit: int
    weight: float


class Ablation(_Finding):
    """Units set to 0: mean difference of the two logits on clips of `first` and `second`, before and after."""

    what: Literal["first", "second", "shared", "random"]
    units: int
    first: tuple[float, float]
    second: tuple[float, float]
    right: tuple[float, float] = Field(description="Share of the clips whose own class of the two scores higher.")


class PartWeight(_Finding):
    """A named part of drawn clips, and the evidence that a pixel of it gives for the right one of two classes."""

    part: str
    weight: float


class Contrast(_Finding):
    """Finding 4, of one clip: why it is taken for `first` and not for `second`.

    margin: logit of `first` minus logit of `second`. A unit's weight is activation x gradient of the margin: weight
    difference x activation where the head is linear. all_first, all_second: what all units give to either, not only
    those listed; rest: what is left of the margin (biases, and what is not linear).
    """

    clip: str
    first: int
    second: int
    margin: float
    layer: str
    for_first: tuple[Weighed, ...]
    for_second: tuple[Weighed, ...]
    all_first: float
    all_second: float
    rest: float


class PairFindings(_Finding):
    """Finding 4: two classes that are taken for each other. Margins are logit of `first` minus logit of `second`."""

    first: int
    second: int
    confused: int
    clips: int
    layer: str
    shared: tuple[Weighed, ...]
    for_first: tuple[Weighed, ...]
    for_second: tuple[Weighed, ...]
    ablations: tuple[Ablation, ...] = ()
    parts: tuple[PartWeight, ...] = ()


class ClassMap(_Finding):
    """Finding 5: where a class's clips move, and where its logit looks: rows of values, each map's largest is 1."""

    label: int
    energy: tuple[tuple[float, ...], ...]
    saliency: tuple[tuple[float, ...], ...]


class Overview(_Finding):
    """A model's findings. `source`: the clips, in words. `present`: classes that have clips, `clips`: how many each."""

    fingerprint: str
    source: str
    present: tuple[int, ...]
    clips: tuple[int, ...]
    total: int
    right: int
    labelled: int
    speeds: tuple[float, ...] = ()
    left_out: tuple[str, ...] = Field(default=(), description="Names of clips that could not be read.")
    layers: tuple[LayerSummary, ...]
    classes: tuple[ClassFindings, ...]
    pairs: tuple[tuple[int, int], ...] = Field(default=(), description="Pairs of classes that were looked into.")
