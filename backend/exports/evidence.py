"""The clips behind the figures, on sheets: what units answer to, and which clips were nearly taken wrong."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, UnidentifiedImageError

from backend.exports.colouring import Pixels
from backend.exports.sheet import SOFT, Line, Picture, Sheet, grey
from contract.archive import Archive
from contract.catalogue import LayerCard, ModelCard
from contract.errors import NoFindings
from contract.findings import Contrast, Example, SurveyedClip, UnitFindings, Weighed

MARGIN, GAP, SIDE = 36.0, 8.0, 62.0
WIDTH, HEIGHT = 842.0, 595.0
UNITS, CLIPS, UNCERTAIN = 2, 5, 12
"""Units of a layer, clips of a unit, and uncertain clips, that are shown."""

BOX = (255, 196, 0)


def sheets(card: ModelCard, archive: Archive) -> list[Sheet]:
    """What the most and the least specific unit of a layer answers to; then the least certain clips. None: no clips."""
    try:
        clips, contrasts = archive.clips(), archive.contrasts()
    except NoFindings:
        return []
    made = [_examples(card, archive, clips)]
    if contrasts:
        made.append(_uncertain(card, archive, clips, contrasts[:UNCERTAIN]))
    return [sheet for sheet in made if sheet.pictures]


def extremes(units: Sequence[UnitFindings]) -> list[tuple[str, UnitFindings]]:
    """The most and the least class-specific unit of those that have examples; one of two that are the same."""
    known = [unit for unit in units if unit.selectivity is not None and unit.examples]
    if not known:
        return []
    ordered = sorted(known, key=lambda unit: unit.selectivity or 0.0)
    ends = [("most specific", ordered[-1]), ("most generic", ordered[0])]
    return ends if ordered[0].unit != ordered[-1].unit else ends[:1]


def _examples(card: ModelCard, archive: Archive, clips: Mapping[str, SurveyedClip]) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    within = WIDTH - 2 * MARGIN
    sheet.write(MARGIN, MARGIN, f"{card.title or card.name}: what its units answer to", size=15, within=within)
    note = "Of each layer the most and the least class-specific unit, the clips that it answers to most, and where."
    sheet.write(MARGIN, MARGIN + 22, note, grey=SOFT, within=within)
    y, half = MARGIN + 44, (WIDTH - 2 * MARGIN + GAP) / 2
    for layer in (layer for layer in card.layers if layer.recommended):
        ends = extremes(_units(archive, layer))
        for column, (which, unit) in enumerate(ends):
            x = MARGIN + column * half
            name = card.classes[unit.unit] if card.is_class(layer.path) else f"unit {unit.unit}"
            words = f"{layer.path}, {which}: {name} (selectivity {unit.selectivity:.2f})"
            sheet.write(x, y, words, size=7, within=half - GAP)
            _row(sheet, archive, card, clips, unit, x=x, y=y + 11)
        y += (SIDE + 26) if ends else 0
    sheet.height = max(HEIGHT, y + MARGIN)
    return sheet


def _row(
    sheet: Sheet,
    archive: Archive,
    card: ModelCard,
    clips: Mapping[str, SurveyedClip],
    unit: UnitFindings,
    *,
    x: float,
    y: float,
) -> None:
    """The clips that a unit answers to most, each with the receptive field of the cell that fired."""
    top = [example for example in unit.examples if example.group == "top" and example.clip in clips][:CLIPS]
    for place, example in enumerate(top):
        left = x + place * (SIDE + GAP)
        sheet.pictures.append(Picture(left, y, SIDE, SIDE, poster(archive, clips[example.clip])))
        if example.box:
            sheet.lines.append(_frame(left, y, example))
        label = clips[example.clip].label
        named = card.classes[label] if label is not None else clips[example.clip].name
        sheet.write(left, y + SIDE + 2, named, size=6, grey=SOFT, within=SIDE)


def _frame(x: float, y: float, example: Example) -> Line:
    left, top, right, bottom = example.box or (0, 0, 1, 1)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return Line(tuple((x + across * SIDE, y + down * SIDE) for across, down in corners), BOX, 1.0)


def _uncertain(
    card: ModelCard, archive: Archive, clips: Mapping[str, SurveyedClip], contrasts: Sequence[Contrast]
) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    within = WIDTH - 2 * MARGIN
    sheet.write(MARGIN, MARGIN, f"{card.title or card.name}: why one class and not the other", size=15, within=within)
    note = f"Clips taken for a wrong class, then the least certain. Units of {contrasts[0].layer}, by what they give."
    sheet.write(MARGIN, MARGIN + 22, note, grey=SOFT, within=within)
    y = MARGIN + 44
    for each in (each for each in contrasts if each.clip in clips):
        clip = clips[each.clip]
        sheet.pictures.append(Picture(MARGIN, y, SIDE, SIDE, poster(archive, clip)))
        for line, words in enumerate(told(card, clip, each)):
            sheet.write(MARGIN + SIDE + 12, y + 4 + line * 13, words, size=8, within=within - SIDE - 12)
        y += SIDE + 10
    sheet.height = max(HEIGHT, y + MARGIN)
    return sheet


def told(card: ModelCard, clip: SurveyedClip, contrast: Contrast) -> list[str]:
    """Why a clip was taken for its first class and not for its second, in four lines."""
    first, second = card.classes[contrast.first], card.classes[contrast.second]
    truth = f" It is {card.classes[clip.label]}." if clip.label not in (None, contrast.first) else ""
    return [
        f"{clip.name}: taken for {first}, not {second}, by {contrast.margin:.2f} of the logit.{truth}",
        f"For {first} ({contrast.all_first:.2f} in all): {_list(contrast.for_first)}",
        f"For {second} ({contrast.all_second:.2f} in all): {_list(contrast.for_second)}",
        f"Biases, and what is not linear: {contrast.rest:z.2f}",
    ]


def _list(weighed: Sequence[Weighed]) -> str:
    return ", ".join(f"unit {each.unit} ({each.weight:.2f})" for each in weighed[:5]) or "no unit"


def poster(archive: Archive, clip: SurveyedClip) -> Pixels:
    """One still of what the network sees first of a clip; grey where its file is gone."""
    raw = archive.media(clip.id, clip.streams[0].poster) if clip.streams else None
    try:
        return np.asarray(Image.open(io.BytesIO(raw or b"")).convert("RGB"))
    except UnidentifiedImageError:
        return grey(8, 8)


def _units(archive: Archive, layer: LayerCard) -> list[UnitFindings]:
    try:
        return archive.units(layer.path)
    except NoFindings:  # a layer that was not there when it was analysed
        return []
