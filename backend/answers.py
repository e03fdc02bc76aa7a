"""The shapes of answers (docs/api.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from backend.tokens import Role
from contract.ablation import Ablation
from contract.catalogue import Stream
from contract.clip import Film, Limits
from contract.findings import (
    ClassFindings,
    ClassMap,
    Contrast,
    Overview,
    PairFindings,
    SurveyedClip,
    UnitFindings,
    Weighed,
)
from contract.probe import Probe
from contract.pyramid import Pyramid
from contract.queue import Priority
from contract.result import Result
from contract.shelf import WorkerCard
from contract.spec import VisualizationSpec
from contract.work import Study

Item = TypeVar("Item")
State = Literal["absent", "queued", "running", "finished", "failed", "canceled"]


class Page(BaseModel, Generic[Item]):
    """A list, or a part of one. `next`: offset or cursor of the following part."""

    items: list[Item]
    total: int | None
    next: int | str | None = None


class ModelSummary(BaseModel):
    """A model's card without its layers."""

    name: str
    title: str
    description: str
    fingerprint: str
    streams: tuple[Stream, ...]
    layer_count: int
    class_layer: str | None
    class_count: int
    parameters: int
    calibration: str
    accuracy: dict[str, float]
    citation: str
    licence: str
    available: bool = Field(description="A worker that can compute with it is alive.")


class LiveProgress(BaseModel):
    """How far a running job is. `preview`: address of the newest preview.

    phase: what is done before the first step of an optimization, or what an analysis does, in words; `step` of `steps`
    then count that.
    """

    step: int
    steps: int
    phase: str = ""
    activation: float | None
    eta_s: float | None
    preview: str | None


class Visualization(BaseModel):
    """One visualization in whatever state it is."""

    id: str
    url: str
    state: State
    variant: str | None
    spec: VisualizationSpec
    position: int | None = None
    blocked: str | None = Field(default=None, description="Why none of the workers that run can take what waits.")
    progress: LiveProgress | None = None
    error: str | None = None
    result: Result | None = None
    media: str


class Analysis(BaseModel):
    """One study, of a model or of a clip, in whatever state its job is; `absent`: the queue knows of none."""

    id: str
    url: str
    state: State
    spec: Study = Field(description="Told apart by `what`.")
    position: int | None = None
    blocked: str | None = Field(default=None, description="Why none of the workers that run can take what waits.")
    progress: LiveProgress | None = None
    error: str | None = None


class Clip(BaseModel):
    """A clip that somebody brought. checking: no worker has looked at it yet.

    brought, expires: seconds since 1970.
    """

    id: str
    url: str
    name: str
    bytes: int
    format: str
    brought: float
    expires: float
    model: str | None = None
    surveyed: str = ""
    state: Literal["checking", "ready"]
    film: Film | None
    check: Analysis | None
    media: str


class ClipPage(Page[Clip]):
    """Clips that are here, and how large one may be."""

    limits: Limits


class ProbeView(BaseModel):
    """A probe and the job that makes it; `probe` is null until it is there."""

    job: Analysis
    probe: Probe | None


class Queued(BaseModel):
    """What the queue knows about a job."""

    title: str = Field(default="", description="What it is about, in words: classes and clips by name.")
    priority: Priority
    worker: str | None
    attempts: int
    created: datetime
    started: datetime | None
    ended: datetime | None


class Job(Visualization, Queued):
    """A visualization together with what the queue knows about it."""


class AnalysisJob(Analysis, Queued):
    """An analysis together with what the queue knows about it."""


class Unit(BaseModel):
    """A unit of a layer and the variants it is shown in."""

    unit: int
    label: str | None
    dead: bool
    variants: dict[str, Visualization]
    figure: float | None = Field(default=None, description="Of the index that units were sorted or chosen by.")


class Otherwise(BaseModel):
    """A computed visualization with other than default parameters. how: those of them that are, less chi and still."""

    how: dict[str, Any]
    run: Visualization


class OneUnit(Unit):
    """A unit, and the visualization at the chi that was asked for.

    otherwise: what was computed of it with other than default parameters, whatever was asked for.
    """

    chi: Visualization | None
    otherwise: list[Otherwise]


class Coverage(BaseModel):
    """Per layer: units computed in each variant, `pictured` (in any), `complete` (in all of its), `dead`, all `units`.

    A dead unit is computed, but has no picture.
    """

    layers: dict[str, dict[str, int]]


class CalledOff(BaseModel):
    """What waits no longer: jobs that were canceled, and sweeps that were paused."""

    canceled: int
    paused: int


class Workers(Page[WorkerCard]):
    """Workers that are alive."""


class Session(BaseModel):
    """Who asks. `name`: of the token; null where none is asked for."""

    name: str | None
    role: Role


class Health(BaseModel):
    """Whether the process, and what it needs, is well."""

    status: Literal["ok", "failing"]
    checks: dict[str, str] = Field(default_factory=dict)


class Version(BaseModel):
    """Versions of the product and of the engine."""

    version: str
    engine: str


class Schema(BaseModel):
    """JSON Schema of the parameters, and the variants."""

    parameters: dict[str, Any]


class Index(BaseModel):
    """A figure that analyses give to units of a layer: to so many of them, between `least` and `most`."""

    name: str
    units: int
    least: float
    most: float


class Findings(BaseModel):
    """What analyses of a model found; null where it was not analysed."""

    overview: Overview | None


class UnitView(BaseModel):
    """What is known of a unit, and the clips that it names. Profiles are over the classes `present`."""

    findings: UnitFindings
    clips: dict[str, SurveyedClip]
    present: tuple[int, ...]


class ClassView(BaseModel):
    """What is known of a class; null where it has no clips. `units`: by their share of what all give to its logit."""

    findings: ClassFindings | None
    map: ClassMap | None
    units: tuple[Weighed, ...]


class ClipView(BaseModel):
    """A clip of the set. `contrast`: why it is taken for one class and not for another; null where that is certain."""

    clip: SurveyedClip
    contrast: Contrast | None


class PyramidView(BaseModel):
    """A pyramid, and the job that makes it; `pyramid`: null until it is there. `clip`: what is seen of it, likewise."""

    job: Analysis
    pyramid: Pyramid | None
    clip: SurveyedClip | None


class AblationView(BaseModel):
    """What a clip is taken for without some units, and the job that finds it; `ablation`: null until it is there."""

    job: Analysis
    ablation: Ablation | None


class PairView(BaseModel):
    """What is known of two classes. `findings`: null where one has no clips; its own order of the two."""

    findings: PairFindings | None
    first: ClassMap | None
    second: ClassMap | None
