"""Two figures of computed units: all frames of one unit, and a plate of many, with captions, scales and legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.exports import legend
from backend.exports.clip import Clip
from backend.exports.colouring import Pixels
from backend.exports.run import NAMES, Run, Style, fastest
from backend.exports.sheet import SOFT, Picture, Sheet, grey

MARGIN, GAP = 20.0, 3.0
FRAME, LOOK, CELL = 60.0, 150.0, 58.0
"""Sides of a frame, of the appearance beside them, and of a picture on a plate, in points."""

ROW = 4
"""Units side by side in a panel of a plate, as in the published figures."""

FRAMES_IN_A_ROW = 10
NARROWEST = 420.0
PANEL = ROW * (CELL + GAP) + 12
ROLES = {"appearance": "Appearance", "slow": "Slow motion (chi 10)", "fast": "Fast motion (chi 0)"}


def strip(runs: Sequence[Run], style: Style, *, frames: int | None = None) -> Sheet:
    """One unit: its appearance, and the frames of each run. Runs: those of the unit, in the order of their rows.

    frames: at most so many of each run, evenly apart; none: every frame.
    """
    first = runs[0]
    shared = style.reach or fastest(runs)
    look = _appearance(runs)
    rows = [run for run in runs if run.motion and run.role != "still"]
    shown = {run.result.id: chosen(run.motion.picture.frames, frames) for run in rows if run.motion}
    across = max([_columns(len(places)) for places in shown.values()] or [0])
    left = MARGIN + (LOOK + 16 if look else 0)
    sheet = Sheet(max(left + across * (FRAME + GAP) - GAP + MARGIN, NARROWEST), 0)
    within = sheet.width - 2 * MARGIN
    top = sheet.wrap(MARGIN, MARGIN, f"{first.name} - {first.result.spec.layer}", size=13, within=within)
    top = sheet.wrap(MARGIN, top, _made(first), grey=SOFT, within=within) + 6
    ends = [_look(sheet, look, style, shared, top=top)] if look else [top]
    y = top
    for run in rows:
        y = _frames(sheet, run, style, shared, places=shown[run.result.id], left=left, top=y) + 6
    end = legend.draw(sheet, runs, style, reach=shared, x=MARGIN, y=max(*ends, y) + 8, within=within)
    sheet.height = end + MARGIN
    return sheet


def plate(runs: Sequence[Run], style: Style) -> Sheet:
    """Many units, grouped by layer in the order given: panels of appearance, slow and fast, four in a row."""
    shared = style.reach or fastest(runs)
    roles = [role for role in ROLES if any(_role_picture(run, role) for run in runs)]
    sheet = Sheet(2 * MARGIN + max(len(roles), 1) * PANEL - 12, 0)
    within = sheet.width - 2 * MARGIN
    top = sheet.wrap(MARGIN, MARGIN, runs[0].model, size=13, within=within)
    for i, role in enumerate(roles):
        sheet.wrap(MARGIN + i * PANEL, top, ROLES[role], size=9, within=PANEL - 12)
    top += 14
    for (model, layer), units in _grouped(runs).items():
        title = layer if model == runs[0].result.spec.model else f"{model}: {layer}"
        top = sheet.wrap(MARGIN, top, title, grey=SOFT, within=within) + 1
        cells = list(units.values())
        for start in range(0, len(cells), ROW):
            top = 4 + max(
                _cell(sheet, variants, role, style, shared, x=MARGIN + i * PANEL + n * (CELL + GAP), y=top)
                for i, role in enumerate(roles)
                for n, variants in enumerate(cells[start : start + ROW])
            )
    if any(run.motion for run in runs):
        top = sheet.wrap(MARGIN, top + 4, "Of what moves, the middle frame.", size=7, grey=SOFT, within=within)
    sheet.height = legend.draw(sheet, runs, style, reach=shared, x=MARGIN, y=top + 2, within=within) + MARGIN
    return sheet


def chosen(count: int, most: int | None) -> range:
    """Numbers of the frames to show of `count`: all of them, or every n-th, at most `most`, even about the middle."""
    apart = -(-count // most) if most else 1
    return range((apart - 1) // 2, count, apart)


def told(places: range, count: int) -> str:
    """Which frames are shown, in words."""
    if len(places) == 1 < count:
        return f"frame {places[0] + 1} of {count}"
    return f"all {count} frames" if places.step == 1 else f"every {_ordinal(places.step)} of {count} frames"


def _ordinal(n: int) -> str:
    ending = "th" if 11 <= n % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _columns(count: int) -> int:
    """Frames side by side: rows as even as they can be."""
    rows = -(-count // FRAMES_IN_A_ROW)
    return -(-count // rows) if rows else 0


def _appearance(runs: Sequence[Run]) -> Run | None:
    there = [run for run in runs if run.appears]
    return next((run for run in there if run.role in ("still", "slow")), next(iter(there), None))


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


def _cell(sheet: Sheet, variants: list[Run], role: str, style: Style, shared: float, *, x: float, y: float) -> float:
    """A picture and whose it is. Returns where they end."""
    found = next(((run, clip) for run in variants if (clip := _role_picture(run, role))), None)
    if found is None:
        sheet.pictures.append(Picture(x, y, CELL, CELL, grey(1, 1)))
        return y + CELL
    run, clip = found
    frames = style.frames(clip, shared)
    sheet.pictures.append(Picture(x, y, CELL, CELL, _square(frames[len(frames) // 2])))
    return sheet.wrap(x, y + CELL + 1, f"{run.name}, {run.times}", size=6, grey=SOFT, within=CELL)


def _look(sheet: Sheet, run: Run, style: Style, shared: float, *, top: float) -> float:
    assert run.look is not None
    y = sheet.wrap(MARGIN, top, run.caption("Appearance", run.look), within=LOOK) + 2
    frames = style.frames(run.look, shared)
    sheet.pictures.append(Picture(MARGIN, y, LOOK, LOOK, _square(frames[len(frames) // 2])))
    return y + LOOK


def _frames(sheet: Sheet, run: Run, style: Style, shared: float, *, places: range, left: float, top: float) -> float:
    """The frames of a run with their numbers, in even rows. Returns where they end."""
    assert run.motion is not None
    count = run.motion.picture.frames
    title = run.caption(f"{NAMES.get(run.role, 'Motion')}, {told(places, count)}", run.motion)
    y = sheet.wrap(left, top, title, within=sheet.width - MARGIN - left) + 2
    frames = style.frames(run.motion, shared)
    across = _columns(len(places))
    for n, place in enumerate(places):
        x, up = left + n % across * (FRAME + GAP), y + n // across * (FRAME + 10)
        sheet.pictures.append(Picture(x, up, FRAME, FRAME, _square(frames[place])))
        sheet.write(x, up + FRAME + 1, str(place + 1), size=6, grey=SOFT)
    return y + -(-len(places) // across) * (FRAME + 10)


def _made(run: Run) -> str:
    spec = run.result.spec
    field = f", sees {run.result.receptive_field} px" if run.result.receptive_field else ""
    return f"{run.model}, unit {spec.unit}{field}, seed {spec.parameters.seed}, {run.result.steps} steps"


def _square(pixels: Pixels) -> Pixels:
    """Padded with mid-grey to a square, so that no picture is stretched."""
    height, width = pixels.shape[:2]
    side = max(height, width)
    up, left = (side - height) // 2, (side - width) // 2
    return np.pad(pixels, ((up, side - height - up), (left, side - width - left), (0, 0)), constant_values=128)
