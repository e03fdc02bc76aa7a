"""Two figures of computed units: all frames of one unit, and a plate of many, with captions, scale and legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backend.exports.clip import Clip
from backend.exports.colouring import NOTES, Colouring, Pixels, wheel
from backend.exports.sheet import SOFT, Picture, Sheet, grey
from contract.result import Result
from contract.variants import variant_of

MARGIN, GAP = 20.0, 3.0
FRAME, LOOK, CELL = 60.0, 150.0, 58.0
"""Sides of a frame, of the appearance beside them, and of a picture on a plate, in points."""

ROW = 4
"""Units side by side in a panel of a plate, as in the published figures."""

FRAMES_AT_MOST = 12
LEGEND = 64.0
PANEL = ROW * (CELL + GAP) + 12
ROLES = {"appearance": "Appearance", "slow": "Slow motion (chi 10)", "fast": "Fast motion (chi 0)"}


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


def strip(runs: Sequence[Run], style: Style) -> Sheet:
    """One unit: its appearance, and every frame of each run. Runs: those of the unit, in the order of their rows."""
    first = runs[0]
    shared = style.reach or fastest(runs)
    look = next((run for run in runs if run.look and run.role in ("still", "slow")), first)
    rows = [run for run in runs if run.motion and run.role != "still"]
    count = max([min(FRAMES_AT_MOST, run.motion.picture.frames) for run in rows if run.motion] or [0])
    left = MARGIN + (LOOK + 16 if look.look else 0)
    width = max(left + count * (FRAME + GAP) + MARGIN, 380.0)
    height = MARGIN + 34 + max(len(rows) * (FRAME + 22), LOOK + 12) + LEGEND + 2 * MARGIN
    sheet = Sheet(width, height)
    spec = first.result.spec
    sheet.write(MARGIN, MARGIN, f"{first.name} - {spec.layer}", size=13, within=width - 2 * MARGIN)
    sheet.write(MARGIN, MARGIN + 17, _made(first), grey=SOFT, within=width - 2 * MARGIN)
    top = MARGIN + 34
    if look.look:
        sheet.write(MARGIN, top, f"Appearance ({_reached(look)})", within=LOOK)
        frames = style.frames(look.look, shared)
        sheet.pictures.append(Picture(MARGIN, top + 12, LOOK, LOOK, _square(frames[len(frames) // 2])))
    for i, run in enumerate(rows):
        _frames(sheet, run, style, shared, left=left, top=top + i * (FRAME + 22))
    if any(run.motion and run.motion.moves for run in rows):
        _legend(sheet, style, shared, rows)
    return sheet


def plate(runs: Sequence[Run], style: Style) -> Sheet:
    """Many units, grouped by layer in the order given: panels of appearance, slow and fast, four in a row."""
    shared = style.reach or fastest(runs)
    roles = [role for role in ROLES if any(_role_picture(run, role) for run in runs)]
    layers = _grouped(runs)
    heights = {key: -(-len(units) // ROW) * (CELL + 12) + 16 for key, units in layers.items()}
    width = 2 * MARGIN + len(roles) * PANEL - 12
    height = 2 * MARGIN + 30 + sum(heights.values()) + LEGEND
    sheet = Sheet(width, height)
    sheet.write(MARGIN, MARGIN, runs[0].model, size=13, within=width - 2 * MARGIN)
    for i, role in enumerate(roles):
        sheet.write(MARGIN + i * PANEL, MARGIN + 18, ROLES[role], size=9, within=PANEL)
    top = MARGIN + 32
    for (model, layer), units in layers.items():
        sheet.write(MARGIN, top, layer if model == runs[0].result.spec.model else f"{model}: {layer}", grey=SOFT)
        for n, variants in enumerate(units.values()):
            y = top + 11 + n // ROW * (CELL + 12)
            for i, role in enumerate(roles):
                _cell(sheet, variants, role, style, shared, x=MARGIN + i * PANEL + n % ROW * (CELL + GAP), y=y)
        top += heights[model, layer]
    if any(clip.moves for run in runs for clip in run.clips.values()):
        _legend(sheet, style, shared, runs)
    return sheet


def fastest(runs: Iterable[Run]) -> float:
    """Largest speed on any of the runs, in pixels per frame."""
    return max((clip.peak for run in runs for clip in run.clips.values()), default=0.0)


def _grouped(runs: Sequence[Run]) -> dict[tuple[str, str], dict[int, list[Run]]]:
    layers: dict[tuple[str, str], dict[int, list[Run]]] = {}
    for run in runs:
        spec = run.result.spec
        layers.setdefault((spec.model, spec.layer), {}).setdefault(spec.unit, []).append(run)
    return layers


def _role_picture(run: Run, role: str) -> Clip | None:
    """What a run shows in a panel. A still clip is an appearance; a slow run has one unless its look is the clip."""
    if role != "appearance":
        return run.motion if run.role == role else None
    clip_only = run.look is not None and run.look.picture.kind == "clip"
    return run.look if run.role == ("still" if clip_only else "slow") else None


def _cell(sheet: Sheet, variants: list[Run], role: str, style: Style, shared: float, *, x: float, y: float) -> None:
    found = next(((run, clip) for run in variants if (clip := _role_picture(run, role))), None)
    if found is None:
        sheet.pictures.append(Picture(x, y, CELL, CELL, grey(1, 1)))
        return
    run, clip = found
    frames = style.frames(clip, shared)
    sheet.pictures.append(Picture(x, y, CELL, CELL, _square(frames[len(frames) // 2])))
    sheet.write(x, y + CELL + 1, f"{run.name}, {_times(run)}", size=6, grey=SOFT, within=CELL)


def _frames(sheet: Sheet, run: Run, style: Style, shared: float, *, left: float, top: float) -> None:
    assert run.motion is not None
    title = {"slow": "Slow motion", "fast": "Fast motion"}.get(run.role, "Motion")
    peak = f", peak {run.motion.peak:.2f} px/frame" if run.motion.moves else ""
    sheet.write(left, top, f"{title} (chi {run.result.spec.parameters.chi:g}, {_reached(run)}{peak})")
    frames = style.frames(run.motion, shared)
    places = np.linspace(0, len(frames) - 1, min(FRAMES_AT_MOST, len(frames))).round().astype(int)
    for n, place in enumerate(places):
        sheet.pictures.append(Picture(left + n * (FRAME + GAP), top + 12, FRAME, FRAME, _square(frames[place])))


def _legend(sheet: Sheet, style: Style, shared: float, runs: Sequence[Run]) -> None:
    top = sheet.height - MARGIN - LEGEND + 8
    sheet.pictures.append(Picture(MARGIN, top, LEGEND - 16, LEGEND - 16, wheel(200, style.colouring)))
    rim = "each clip's own peak" if style.own else f"{shared:.2f} px/frame"
    fps = next((clip.picture.fps for run in runs for clip in run.clips.values() if clip.moves), 25.0)
    lines = [
        f"Rim: {rim}",
        NOTES[style.colouring],
        f"one frame: {1000 / fps:.0f} ms of video; right is right, down is down",
    ]
    for i, line in enumerate(lines):
        sheet.write(MARGIN + LEGEND - 6, top + 8 + i * 11, line, size=7, grey=SOFT)


def _made(run: Run) -> str:
    spec = run.result.spec
    field = f", sees {run.result.receptive_field} px" if run.result.receptive_field else ""
    return f"{run.model}, unit {spec.unit}{field}, seed {spec.parameters.seed}, {run.result.steps} steps"


def _reached(run: Run) -> str:
    return f"activation {_times(run)}"


def _times(run: Run) -> str:
    return "-" if run.result.normalized is None else f"{run.result.normalized:.2f}x"


def _square(pixels: Pixels) -> Pixels:
    """Padded with mid-grey to a square, so that no picture is stretched."""
    height, width = pixels.shape[:2]
    side = max(height, width)
    up, left = (side - height) // 2, (side - width) // 2
    return np.pad(pixels, ((up, side - height - up), (left, side - width - left), (0, 0)), constant_values=128)
