"""What the colours and numbers of a figure mean: the wheel of motion colours, where there is motion, and the scales."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend.exports.colouring import NOTES, wheel
from backend.exports.run import Run, Style
from backend.exports.sheet import SOFT, Picture, Sheet

WHEEL, GAP, SIZE = 48.0, 10.0, 7.0
"""The wheel's side, the room beside it, and the size of the words, in points."""

NOISE = "64 clips of noise (it is not calibrated)"


def draw(sheet: Sheet, runs: Sequence[Run], style: Style, *, reach: float, x: float, y: float, within: float) -> float:
    """Draw it with its upper left corner at (x, y), `within` points wide. reach: px/frame at full colour. Its end."""
    moves = [clip for run in runs for clip in run.clips.values() if clip.moves]
    if moves:
        sheet.pictures.append(Picture(x, y, WHEEL, WHEEL, wheel(200, style.colouring)))
        rim = "each clip's own peak" if style.own else f"{reach:.2f} px/frame"
        lines = [
            f"Rim: {rim}",
            NOTES[style.colouring],
            f"one frame: {1000 / moves[0].picture.fps:.0f} ms of video; right is right, down is down",
        ]
        y = max(y + WHEEL, _write(sheet, lines, x + WHEEL + GAP, y + 4, within - WHEEL - GAP)) + 6
    return _write(sheet, scales(runs), x, y, within)


def scales(runs: Sequence[Run]) -> list[str]:
    """What chi, kappa, activations and levels are measured in, as far as the figure has them."""
    references = {(run.result.spec.unit, run.result.spec.layer, run.result.reference) for run in runs}
    one = f" 1x is {runs[0].result.reference:.3g}." if len(references) == 1 else ""
    clips = _listed(run.result.calibration or NOISE for run in runs)
    said = [f"Activation: as a multiple of the unit's largest on {clips}.{one}"]
    kappa = _listed(f"{run.result.spec.parameters.kappa:g}" for run in runs)
    if any(run.motion and run.role != "still" for run in runs):
        said.append(
            "chi: weight of change over time, 10 is slow and 0 is fast; "
            f"kappa: weight of change over space, here {kappa}."
        )
    else:
        said.append(f"kappa: weight of change over space, here {kappa}.")
    if any(not clip.moves for run in runs for clip in run.clips.values()):
        said.append("Levels are grey levels about the mean; of each picture the lowest is black, the highest white.")
    return said


def _listed(said: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(said))


def _write(sheet: Sheet, lines: Sequence[str], x: float, y: float, within: float) -> float:
    for line in lines:
        y = sheet.wrap(x, y, line, size=SIZE, grey=SOFT, within=within)
    return y
