"""A computed unit as figures need it: one result with its inputs, and how its motion is coloured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.exports.clip import Clip
from backend.exports.colouring import Colouring, Pixels
from contract.result import Result
from contract.variants import variant_of

NAMES = {"slow": "Slow motion", "fast": "Fast motion"}


@dataclass(frozen=True)
class Run:
    """One result with its inputs by name. `name`: what the unit is called; `model`: its title."""

    result: Result
    clips: Mapping[str, Clip]
    name: str
    model: str

    @property
    def look(self) -> Clip | None:
        """What it should look like: the input that is no motion."""
        return next((clip for clip in self.clips.values() if not clip.moves), None)

    @property
    def motion(self) -> Clip | None:
        """How it should move: motion, or the clip itself."""
        moving = [clip for clip in self.clips.values() if clip.moves]
        return next(iter(moving), self.look if self.look and self.look.picture.kind == "clip" else None)

    @property
    def role(self) -> str:
        """`slow`, `fast` or `still`, else its chi."""
        parameters = self.result.spec.parameters
        return variant_of(parameters) or f"chi {parameters.chi:g}"

    @property
    def appears(self) -> bool:
        """Whether its look is an appearance: a frame of a clip that moves is none, a clip at rest is one."""
        return self.look is not None and (self.role == "still" or self.look.picture.kind != "clip")

    @property
    def times(self) -> str:
        """The activation as a multiple of the reference."""
        return "-" if self.result.normalized is None else f"{self.result.normalized:.2f}x"

    def caption(self, title: str, clip: Clip) -> str:
        """A title, and what one input of the run reached and is shown on: `Slow motion (chi 10, ...)`."""
        said = [f"activation {self.times}"]
        if clip is self.motion and self.role != "still":
            said.insert(0, f"chi {self.result.spec.parameters.chi:g}")
        if clip.moves:
            said.append(f"peak {clip.peak:.2f} px/frame")
        elif clip.picture.low is not None and clip.picture.high is not None:
            said.append(f"levels {clip.picture.low:.0f} to {clip.picture.high:.0f}")
        return f"{title} ({', '.join(said)})"


@dataclass(frozen=True)
class Style:
    """How motion is coloured. `reach`: px/frame at full colour (none: the fastest there is); `own`: each clip's own."""

    colouring: Colouring = "uvm"
    reach: float | None = None
    own: bool = False

    def at(self, clip: Clip, shared: float) -> float:
        """The reach of a clip."""
        return (clip.peak if self.own else 0) or shared or 1.0

    def frames(self, clip: Clip, shared: float) -> list[Pixels]:
        """The frames of a clip in colour; arrows are drawn larger, else they are not legible."""
        zoom = 3 if self.colouring == "arrows" and clip.moves else 1
        return clip.shown(colouring=self.colouring, reach=self.at(clip, shared), zoom=zoom)


def fastest(runs: Iterable[Run]) -> float:
    """Largest speed on any of the runs, in pixels per frame."""
    return max((clip.peak for run in runs for clip in run.clips.values()), default=0.0)
