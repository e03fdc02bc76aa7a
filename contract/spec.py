"""The request for one picture, and its identity.

One spec is one joint optimization of all inputs of a model for one unit. The id is the hash of everything that
decides the picture; it is at once job id, cache key, URL and ETag.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.identity import identity

ENGINE_VERSION = "4"
"""Raised whenever the same spec would give another picture."""

SLOW = 10.0
"""chi of the slow variant (the authors' 2017 talk)."""

FAST = 0.0
"""chi of the fast variant: time is left free."""

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.\-]+$")]


Objective = Literal["cell", "channel", "layer"]
Prior = Literal["paper", "fourier", "phase", "features"]


class Parameters(BaseModel):
    """Every number of the method, with the published default (sources in docs/method.md).

    Grey levels are those of an 8-bit image around its mean; a motion of 6.375 levels is one pixel per frame
    unless the model's card says otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)

    chi: float = Field(
        default=SLOW, ge=0, le=1000, description="Slowness: weight of change over time. 10 is slow, 0 is fast."
    )
    kappa: float = Field(default=1.0, ge=0, le=1000, description="Weight of change over space.")
    objective: Objective = Field(
        default="cell",
        description="cell: the unit in one place. channel: the unit everywhere. layer: whatever excites the layer.",
    )
    negative: bool = Field(default=False, description="What the unit responds to least.")
    rival: int | None = Field(
        default=None, ge=0, le=1_000_000, description="A unit of the same layer that shall stay silent."
    )
    contrast: float = Field(
        default=0.0, ge=0, le=1, description="Of a class: how much what speaks for any other class counts against it."
    )
    prior: Prior = Field(
        default="paper",
        description="paper: pixels under the method's regularizers. fourier: waves of natural amplitude, as in Lucid. "
        "phase: only the phases of waves, as in MACO. features: the method's, and maps with the mean and deviation "
        "that batch normalization knows, as in LEAPS. All but paper want more steps.",
    )
    feature_weight: float = Field(
        default=1.0, ge=0, le=1000, description="With prior features: what one deviation off costs, in activation."
    )
    diversity: float = Field(
        default=0.0, ge=0, le=100, description="How much a picture must differ from those with lower seeds."
    )
    still: bool = Field(default=False, description="Optimize one frame shown throughout (models that see a clip only).")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Seed of the initial noise and of the jitter.")
    steps: int = Field(default=80, ge=1, le=4000, description="Optimization steps.")
    rate_appearance: float = Field(
        default=240.0, gt=0, le=1000, description="First step size on images, in grey levels."
    )
    rate_motion: float = Field(default=36.0, gt=0, le=1000, description="First step size on motion, in grey levels.")
    gain: float = Field(default=1e4, gt=0, le=1e8, description="Weight of the activation against the regularizers.")
    bound: float = Field(default=160.0, ge=1, le=1000, description="B: largest norm of a pixel, in grey levels.")
    sigma: float = Field(default=80.0, ge=1, le=1000, description="Typical norm of a pixel, in grey levels.")
    alpha: float = Field(default=6.0, ge=1, le=12, description="Exponent of the energy N_B.")
    smoothness: float = Field(
        default=80 / 6.5, ge=0.1, le=1000, description="V: typical gradient, in grey levels per pixel."
    )
    motion_tv: float = Field(
        default=10.0, ge=0, le=1000, description="How much more motion is smoothed than appearance."
    )
    reach: float = Field(
        default=0.05,
        ge=0,
        le=10,
        description="How far motion spreads from where it is asked for, in sides of the native input; 0: without end.",
    )
    jitter: int | None = Field(
        default=None,
        ge=0,
        le=64,
        description="Largest random shift per step, in pixels; empty: a quarter of the stride.",
    )
    zoom: float | None = Field(
        default=None, ge=0, le=0.5, description="Largest random enlargement per step; empty: 0.1 for waves, else none."
    )
    turn: float | None = Field(
        default=None,
        ge=0,
        le=90,
        description="Largest random turn per step, in degrees; empty: 10 for waves, else 0.",
    )


LATER = ("contrast",)
"""Parameters that came after the first pictures were kept; 0 is off."""


class VisualizationRequest(BaseModel):
    """What a client asks for: a unit of a layer of a model, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Name
    layer: Name
    unit: int = Field(ge=0, le=1_000_000)
    parameters: Parameters = Field(default_factory=Parameters)

    @property
    def units(self) -> tuple[int, ...]:
        """The units that the objective reads: the one shown, then its rival if there is one."""
        rival = self.parameters.rival
        return (self.unit,) if rival is None else (self.unit, rival)


class VisualizationSpec(VisualizationRequest):
    """A request bound to the exact weights it is about (`fingerprint`): the whole cause of a picture."""

    fingerprint: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$")
    engine: str = ENGINE_VERSION

    @property
    def id(self) -> str:
        """Hash of the canonical spec: 32 hexadecimal digits.

        A parameter that came later is left out while it is off: pictures made before it are still found.
        """
        said = self.model_dump(mode="json")
        for name in LATER:
            if not said["parameters"][name]:
                del said["parameters"][name]
        return identity(said)


def bind(request: VisualizationRequest, fingerprint: str) -> VisualizationSpec:
    """The spec of `request` for the weights with `fingerprint`."""
    return VisualizationSpec(
        model=request.model,
        layer=request.layer,
        unit=request.unit,
        parameters=request.parameters,
        fingerprint=fingerprint,
    )
