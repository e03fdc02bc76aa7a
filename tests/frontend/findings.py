"""Findings of the mock's demo, in the shapes of the contract; of its other models there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel

from backend.answers import Analysis, ClassView, ClipView, Index, PairView, UnitView
from contract.analysis import AnalysisSpec
from contract.catalogue import LayerCard, ModelCard
from contract.errors import NoFindings
from contract.findings import (
    Ablation,
    Balance,
    ClassFindings,
    ClassMap,
    Contrast,
    Example,
    LayerSummary,
    Neighbour,
    OptimaFindings,
    Overview,
    PairFindings,
    PartWeight,
    SurveyedClip,
    Tuning,
    UnitFindings,
    Weighed,
)
from contract.result import StreamPicture
from tests.frontend.asked import Answer, Asked

if TYPE_CHECKING:
    from tests.frontend.mock import Mock

INDEXES = ("selectivity", "invariance", "maximum")
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


def answer(mock: Mock, asked: Asked) -> Answer | None:
    """What is asked of findings. Raises NoFindings."""
    match [asked.method, *asked.parts]:
        case ["GET", "models", name, "findings", *rest]:
            found = _found(mock.card(name), rest)
        case _:
            return None
    if isinstance(found, list):
        found = {"items": [each.model_dump(mode="json") for each in found], "total": len(found), "next": None}
    return found if isinstance(found, dict) else found.model_dump(mode="json"), 200


def _found(card: ModelCard, rest: list[str]) -> BaseModel | dict | Sequence[BaseModel]:
    match rest if card.name == "demo" else ["none", *rest]:
        case []:
            return {"overview": overview(card).model_dump(mode="json")}
        case ["none"]:
            return {"overview": None}
        case ["optima"]:
            return list(optima(card))
        case ["layers", path, "indexes"]:
            return indexes(card.layer(path))
        case ["layers", _, "units", number]:
            return unit(int(number))
        case ["classes", number]:
            return one_class(int(number))
        case ["pairs", first, second]:
            return pair(int(first), int(second))
        case ["pairs", first, second, "clips"]:
            return list(between()) if {int(first), int(second)} == {0, 1} else []
        case ["clips"]:
            return [clip(number) for number in range(4)]
    raise NoFindings()


def overview(card: ModelCard) -> Overview:
    """Two classes with clips, each layer a point of the curves."""
    present = (0, 1)
    return Overview(
        fingerprint=card.fingerprint,
        source="clips of the mock",
        present=present,
        clips=(6, 6),
        total=12,
        right=9,
        labelled=12,
        speeds=SPEEDS,
        layers=tuple(
            LayerSummary(
                path=layer.path,
                depth=layer.depth,
                lane=layer.lane,
                selectivity=0.1 * layer.depth,
                joint=0.4 if len(layer.streams) > 1 else None,
                interaction=0.1 if len(layer.streams) > 1 else None,
                invariance=0.6,
                control=0.4,
                histogram=(1, 0, 2, 0, 0, 3, 0, 0, 0, 1) if len(layer.streams) > 1 else (),
            )
            for layer in card.layers
        ),
        classes=(
            ClassFindings(label=0, clips=6, right=4, confused=((1, 2),)),
            ClassFindings(label=1, clips=6, right=5, confused=((0, 1),)),
        ),
        pairs=((0, 1),),
    )


def optima(card: ModelCard) -> list[OptimaFindings]:
    """Every layer was looked at."""
    figures = {"invariance": 0.7, "control": 0.4, "likeness": 0.5, "likeness_control": 0.1}
    return [OptimaFindings(layer=layer.path, units={}, **figures) for layer in card.layers]


def unit(number: int) -> UnitView:
    """Three clips, the second of them ambiguous and taken for another class."""
    groups = ("top", "middle", "random")
    examples = tuple(
        Example(
            clip=f"c{i}",
            group=group,
            activation=2.0 - i / 2,
            box=(0.1, 0.2, 0.7, 0.9),
            moment=0.5,
            trace=(0.1, 1.0, 0.4),
        )
        for i, group in enumerate(groups)
    )
    findings = UnitFindings(
        unit=number,
        maximum=2.0,
        selectivity=0.3,
        profile=(1.5, 0.5),
        contribution=(0.4, -0.2),
        neighbours=(Neighbour(unit=1, correlation=0.8),),
        examples=examples,
        balance=Balance(shares={"appearance": 0.3, "motion": 0.5}, interaction=0.2, joint=True),
        tuning=Tuning(speeds=SPEEDS, response=(0.2, 0.5, 1.0, 0.9, 0.4), invariance=0.6),
    )
    return UnitView(findings=findings, clips={f"c{i}": clip(i) for i in range(3)}, present=(0, 1))


def clip(number: int) -> SurveyedClip:
    """Its pictures are drawn by the mock server."""
    size = {"height": 64, "width": 64, "fps": 25.0}
    return SurveyedClip(
        id=f"c{number}",
        name=f"clips/{number}.mp4",
        label=number % 2,
        predicted=0,
        split="hard" if number else "",
        streams=(
            StreamPicture(
                name="appearance",
                kind="appearance",
                frames=1,
                strip="appearance.webp",
                poster="appearance.webp",
                **size,
            ),
            StreamPicture(
                name="motion",
                kind="motion",
                frames=10,
                strip="motion.webp",
                poster="motion-poster.webp",
                scale=4.0,
                peak=3.9,
                **size,
            ),
        ),
    )


def one_class(number: int) -> ClassView:
    """As the overview says; none of classes without clips."""
    if number > 1:
        return ClassView(findings=None, map=None, units=())
    found = ClassFindings(label=number, clips=6, right=4 + number, confused=((1 - number, 2 - number),))
    units = (Weighed(layer="fc6", unit=2, weight=0.3), Weighed(layer="fc6", unit=5, weight=0.1))
    return ClassView(findings=found, map=_map(number), units=units)


def pair(first: int, second: int) -> PairView:
    """The first two classes were looked into."""
    if {first, second} != {0, 1}:
        return PairView(findings=None, first=None, second=None)
    weighed = (Weighed(layer="fc6", unit=2, weight=0.3),)
    ablation = Ablation(what="first", units=4, first=(3.0, 1.0), second=(-2.0, -2.5), right=(0.9, 0.7))
    found = PairFindings(
        first=0,
        second=1,
        confused=3,
        clips=12,
        layer="fc6",
        shared=weighed,
        for_first=weighed,
        for_second=weighed,
        ablations=(ablation,),
        parts=(PartWeight(part="balls", weight=1.0), PartWeight(part="table", weight=-0.2)),
    )
    return PairView(findings=found, first=_map(0), second=_map(1))


def between() -> list[ClipView]:
    """Two clips: one that is taken for another class, and one that nearly is."""
    weighed = tuple(Weighed(layer="fc6", unit=unit, weight=0.5 / (1 + unit)) for unit in (0, 2, 3, 9))
    facts = {"first": 0, "second": 1, "layer": "fc6", "all_first": 2.5, "all_second": 1.0, "rest": -0.2}
    return [
        ClipView(
            clip=clip(i),
            contrast=Contrast(clip=f"c{i}", margin=1.3, for_first=weighed, for_second=weighed[::-1][:2], **facts),
        )
        for i in (1, 2)
    ]


def analyses(card: ModelCard) -> list[Analysis]:
    """A set of clips, for the demo only, and the optima, which need none."""
    fixed = {"model": card.name, "fingerprint": card.fingerprint}
    specs = [AnalysisSpec(what="optima", **fixed)]
    if card.name == "demo":
        specs.insert(0, AnalysisSpec(what="clips", clips="drawn", **fixed))
    return [Analysis(id=each.id, url=f"/api/v1/jobs/{each.id}", state="absent", spec=each) for each in specs]


def _map(label: int) -> ClassMap:
    rows = tuple(tuple(float(i == j + label) for j in range(8)) for i in range(8))
    return ClassMap(label=label, energy=rows, saliency=rows)


def figure(number: int) -> float:
    """Every index of a unit."""
    return number / 100


def indexes(layer: LayerCard) -> list[Index]:
    """What the layer's units can be sorted by; what needs two inputs only where there are two."""
    names = (*INDEXES, "joint", "share.motion") if len(layer.streams) > 1 else INDEXES
    return [Index(name=name, units=layer.units, least=0.0, most=figure(layer.units - 1)) for name in names]
