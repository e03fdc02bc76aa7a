"""What a model has learned, on one or two sheets: the curves over depth, and what its classes are taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.exports.charts import CONTROL, THIRD, Frame, Series, columns, curves, difference, heat, matrix
from backend.exports.colouring import Pixels
from backend.exports.sheet import SOFT, Picture, Sheet
from contract.catalogue import ModelCard
from contract.findings import ClassMap, LayerSummary, OptimaFindings, Overview, PairFindings

MARGIN, GAP = 36.0, 18.0
WIDTH, HEIGHT = 842.0, 595.0
"""A4 on its side, in points; a sheet with more on it is longer."""

CHART, COLUMN = 62.0, 22.0
"""Heights of a chart and of a row of columns."""

CLASSES_AT_MOST, MAPS_AT_MOST, MAP, SMALL = 24, 12, 56.0, 30.0
DASHED = (3.0, 2.0)


@dataclass(frozen=True)
class Known:
    """All that is known of a model."""

    card: ModelCard
    overview: Overview
    optima: Mapping[str, OptimaFindings] = field(default_factory=dict)
    pairs: Sequence[PairFindings] = ()
    maps: Sequence[ClassMap] = ()


def sheets(known: Known) -> list[Sheet]:
    """The curves; and, where clips have classes, the confusions."""
    found = [_curves(known)]
    if known.overview.classes:
        found.append(_classes(known))
    return found


def lanes(layers: Sequence[LayerSummary]) -> dict[str, list[LayerSummary]]:
    """Layers by lane, in order of depth."""
    names = dict.fromkeys(layer.lane for layer in layers)
    return {name: sorted((x for x in layers if x.lane == name), key=lambda x: x.depth) for name in names}


def notes(overview: Overview) -> list[str]:
    """What the figures rest on, in words."""
    said = [f"{overview.total} clips: {overview.source}."]
    if overview.labelled:
        said.append(f"{overview.right} of {overview.labelled} are named right.")
    if overview.labelled < 5 * len(overview.present):
        said.append("Fewer than five clips per class: take figures by class as hints.")
    if overview.left_out:
        said.append(f"{len(overview.left_out)} could not be read.")
    return said


def _sheet(known: Known, title: str) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    within = WIDTH - 2 * MARGIN
    sheet.write(MARGIN, MARGIN, f"{known.card.title or known.card.name}: {title}", size=15, within=within)
    sheet.write(MARGIN, MARGIN + 22, " ".join(notes(known.overview)), size=8, grey=SOFT, within=within)
    return sheet


def _curves(known: Known) -> Sheet:
    sheet = _sheet(known, "what its layers have learned")
    found = lanes(known.overview.layers)
    wide = (WIDTH - 2 * MARGIN + GAP) / max(len(found), 2) - GAP
    ends = [
        _lane(sheet, known, name, layers, x=MARGIN + i * (wide + GAP), wide=wide)
        for i, (name, layers) in enumerate(found.items())
    ]
    lines = [
        "Medians over the units of a layer. Selectivity: 1 answers to one class only, 0 to all alike. Invariance: what "
        "motion adds to the activation, at any speed relative to the best one.",
        "Shuffled weights: the same network with the entries of every weight tensor in random order, as the control.",
    ]
    for i, line in enumerate(lines):
        sheet.write(MARGIN, max(ends) + 6 + i * 10, line, size=7, grey=SOFT, within=WIDTH - 2 * MARGIN)
    sheet.height = max(HEIGHT, max(ends) + 26 + MARGIN)
    return sheet


def _lane(sheet: Sheet, known: Known, name: str, layers: list[LayerSummary], *, x: float, wide: float) -> float:
    y = MARGIN + 44
    sheet.write(x, y, "After fusion" if name == "joint" else f"The {name} stream", size=11, within=wide)
    y += 18
    for title, series in charts(known, layers):
        shown = [any(values[i] is not None for values in (s.values for s in series)) for i in range(len(layers))]
        places = [
            layer.path.removeprefix(f"{name}.") for layer, is_shown in zip(layers, shown, strict=True) if is_shown
        ]
        kept = [
            Series(s.name, [v for v, is_shown in zip(s.values, shown, strict=True) if is_shown], s.colour, s.dash)
            for s in series
        ]
        if places:
            y = curves(sheet, Frame(x, y, wide, CHART), title=title, places=places, series=kept) + 6
    for layer in layers:
        if layer.histogram:
            title = f"{layer.path}: units by the share of {known.card.streams[0].name}, 0 to 1"
            y = columns(sheet, Frame(x, y, wide, COLUMN), title=title, counts=layer.histogram)
    return y


def charts(known: Known, layers: Sequence[LayerSummary]) -> list[tuple[str, list[Series]]]:
    """Title and curves of every chart of a lane, empty ones too."""
    optima = [known.optima.get(layer.path) for layer in layers]
    return [
        ("Class selectivity", [Series("Selectivity", [layer.selectivity for layer in layers])]),
        (
            "Invariance to speed (clips played slower and faster)",
            _with_control([layer.invariance for layer in layers], [layer.control for layer in layers]),
        ),
        (
            "Invariance to speed (optima under slowness chi)",
            _with_control([o and o.invariance for o in optima], [o and o.control for o in optima]),
        ),
        (
            "Appearance and motion alike in structure",
            [
                Series("of one unit", [o and o.likeness for o in optima]),
                Series("of different units", [o and o.likeness_control for o in optima], CONTROL, DASHED),
            ],
        ),
        (
            "Appearance and motion together",
            [
                Series("units that need both", [layer.joint for layer in layers]),
                Series("interaction, median", [layer.interaction for layer in layers], THIRD, (1.0, 2.0)),
            ],
        ),
    ]


def _with_control(learned: Sequence[float | None], control: Sequence[float | None]) -> list[Series]:
    return [Series("learned", learned), Series("shuffled weights", control, CONTROL, DASHED)]


def _classes(known: Known) -> Sheet:
    sheet = _sheet(known, "what its classes are taken for")
    y = MARGIN + 46
    if len(known.overview.classes) <= CLASSES_AT_MOST:
        y = _matrix(sheet, known, y) + 14
    y = _pairs(sheet, known, y) + 8
    y = _maps(sheet, known, y)
    sheet.height = max(HEIGHT, y + MARGIN)
    return sheet


def _matrix(sheet: Sheet, known: Known, y: float) -> float:
    classes = known.overview.classes
    counts = [
        [row.right if row.label == column.label else dict(row.confused).get(column.label, 0) for column in classes]
        for row in classes
    ]
    others = [row.clips - sum(count) for row, count in zip(classes, counts, strict=True)]
    if any(others):
        counts = [[*row, other] for row, other in zip(counts, others, strict=True)]
    names = [known.card.classes[each.label] for each in classes]
    sheet.write(MARGIN, y, "A row is a class, a column what its clips were taken for.", size=7, grey=SOFT)
    return matrix(sheet, MARGIN, y + 12, names=names, counts=counts, side=18.0)


def _pairs(sheet: Sheet, known: Known, y: float) -> float:
    maps = {each.label: each for each in known.maps}
    for pair in known.pairs:
        left = MARGIN
        for each in _differences(maps.get(pair.first), maps.get(pair.second)):
            sheet.pictures.append(Picture(left, y, SMALL, SMALL, each))
            left += SMALL + 6
        tall = SMALL if left > MARGIN else 0
        sentences = _sentences(known.card, pair)
        for line, words in enumerate(sentences):
            sheet.write(left, y + line * 10, words, size=8, within=WIDTH - MARGIN - left)
        y += max(tall, 10 * len(sentences)) + 4
    if known.pairs and maps:
        words = "Beside a pair: where clips of the first move more (violet) or less (teal), and where the logit looks."
        sheet.write(MARGIN, y, words, size=7, grey=SOFT, within=WIDTH - 2 * MARGIN)
        y += 12
    return y


def _differences(first: ClassMap | None, second: ClassMap | None) -> list[Pixels]:
    if first is None or second is None:
        return []
    return [difference(first.energy, second.energy), difference(first.saliency, second.saliency)]


def _sentences(card: ModelCard, pair: PairFindings) -> list[str]:
    first, second = card.classes[pair.first], card.classes[pair.second]
    said = [f"{first} and {second}: {pair.confused} of {pair.clips} clips taken for the other."]
    effects = {each.what: each for each in pair.ablations}
    if "first" in effects and "random" in effects:
        one, random = effects["first"], effects["random"]
        said.append(
            f"Without the {one.units} units of {pair.layer} that speak for {first}, the margin on its clips goes from "
            f"{one.first[0]:.2f} to {one.first[1]:.2f} (random units: {random.first[1]:.2f})."
        )
    if pair.parts:
        said.append(f"Told apart by: {pair.parts[0].part}.")
    return said


def _maps(sheet: Sheet, known: Known, y: float) -> float:
    shown = known.maps[:MAPS_AT_MOST]
    if not shown:
        return y
    for row, title in enumerate(("Where the clips of a class move", "Where its logit looks")):
        sheet.write(MARGIN, y, title, size=8)
        for i, each in enumerate(shown):
            x = MARGIN + i * (MAP + 8)
            sheet.pictures.append(Picture(x, y + 12, MAP, MAP, heat(each.saliency if row else each.energy)))
            sheet.write(x, y + 14 + MAP, known.card.classes[each.label], size=6, grey=SOFT, within=MAP + 4)
        y += MAP + 28
    return y
