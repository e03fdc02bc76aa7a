"""Curves, columns, matrices and maps on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.exports.colouring import Pixels
from backend.exports.sheet import SOFT, Box, Colour, Line, Sheet

RULE: Colour = (218, 218, 212)
LEARNED: Colour = (91, 63, 196)
CONTROL: Colour = (0, 122, 122)
THIRD: Colour = (150, 90, 10)
RIGHT: Colour = (226, 221, 246)
WRONG: Colour = (248, 216, 210)
TOPS = (0.05, 0.1, 0.25, 0.5)
"""Upper ends of a scale that would be empty up to 1."""


@dataclass(frozen=True)
class Series:
    """One curve: a value, or None, for each place."""

    name: str
    values: Sequence[float | None]
    colour: Colour = LEARNED
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Frame:
    """Where a chart goes, its upper left corner (x, y), and how large it is without its title and its foot."""

    x: float
    y: float
    width: float
    height: float


def curves(sheet: Sheet, frame: Frame, *, title: str, places: Sequence[str], series: Sequence[Series]) -> float:
    """Curves over depth, with the scale and the names of the curves in the foot; where the chart ends, in points."""
    known = [value for each in series for value in each.values if value is not None]
    most = next((top for top in TOPS if max(known, default=1.0) <= top), 1.0)
    sheet.write(frame.x, frame.y, title, size=8, within=frame.width)
    top = frame.y + 14
    for part in (0.0, 0.5, 1.0):
        y = top + part * frame.height
        sheet.lines.append(Line(((frame.x, y), (frame.x + frame.width, y)), RULE, 0.5))
    for each in series:
        points = [
            (frame.x + frame.width * _along(i, len(places)), top + frame.height * (1 - min(max(value / most, 0), 1)))
            for i, value in enumerate(each.values)
            if value is not None
        ]
        if len(points) > 1:
            sheet.lines.append(Line(tuple(points), each.colour, 1.2, each.dash))
        sheet.boxes += [Box(x - 1.5, y - 1.5, 3, 3, each.colour) for x, y in points]
    foot = top + frame.height + 3
    sheet.write(frame.x, foot, f"{places[0]} to {places[-1]}; 0 to {most:g}", size=6, grey=SOFT, within=frame.width)
    return _legend(sheet, frame, foot + 9, series)


def columns(sheet: Sheet, frame: Frame, *, title: str, counts: Sequence[int]) -> float:
    """Columns side by side; where the chart ends."""
    wide, most = frame.width / len(counts), max(*counts, 1)
    for i, count in enumerate(counts):
        high = frame.height * count / most
        sheet.boxes.append(Box(frame.x + i * wide + 0.5, frame.y + frame.height - high, wide - 1, high, LEARNED))
    sheet.write(frame.x, frame.y + frame.height + 2, title, size=6, grey=SOFT, within=frame.width)
    return frame.y + frame.height + 14


def matrix(
    sheet: Sheet, x: float, y: float, *, names: Sequence[str], counts: Sequence[Sequence[int]], side: float
) -> float:
    """Rows of counts with the right ones on the diagonal, columns numbered as the rows are; where it ends.

    A column more than there are names is for what is none of them.
    """
    left = x + 130
    for column in range(max(map(len, counts))):
        head = str(column + 1) if column < len(names) else "other"
        sheet.write(left + column * side + 4, y, head, size=6, grey=SOFT)
    for row, name in enumerate(names):
        top = y + 10 + row * side
        sheet.write(x, top + side / 2 - 4, f"{row + 1}  {name}", size=7, within=126)
        for column, count in enumerate(counts[row]):
            if count:
                colour = RIGHT if row == column else WRONG
                sheet.boxes.append(Box(left + column * side, top, side - 1, side - 1, colour))
                sheet.write(left + column * side + 4, top + side / 2 - 4, str(count), size=7)
    return y + 10 + len(names) * side


def heat(rows: Sequence[Sequence[float]]) -> Pixels:
    """A map of 0..1 as a picture, black to white."""
    values = np.clip(np.asarray(rows, np.float32), 0, 1)
    return np.repeat((values * 255).round().astype(np.uint8)[..., None], 3, axis=2)


def difference(first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]) -> Pixels:
    """Where one map of 0..1 is above the other: violet where the first is, teal where the second, white: alike."""
    values = np.clip(np.asarray(first, np.float32) - np.asarray(second, np.float32), -1, 1)[..., None]
    most = np.abs(values).max() or 1.0
    ends = np.where(values > 0, np.asarray(LEARNED, np.float32), np.asarray(CONTROL, np.float32))
    return (255 + (ends - 255) * np.abs(values) / most).round().astype(np.uint8)


def _legend(sheet: Sheet, frame: Frame, y: float, series: Sequence[Series]) -> float:
    if len(series) < 2:
        return y
    for i, each in enumerate(series):
        x = frame.x + i * frame.width / len(series)
        sheet.lines.append(Line(((x, y + 4), (x + 12, y + 4)), each.colour, 1.2, each.dash))
        sheet.write(x + 15, y, each.name, size=6, grey=SOFT, within=frame.width / len(series) - 15)
    return y + 10


def _along(i: int, count: int) -> float:
    return i / (count - 1) if count > 1 else 0.5
