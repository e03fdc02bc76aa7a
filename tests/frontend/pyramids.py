"""Pyramids of the mock's demo: of three rows, whose numbers add up; the second way round a row is told."""

from __future__ import annotations

import base64
import itertools
from typing import TYPE_CHECKING

from backend.answers import Analysis
from contract import ablation
from contract.catalogue import ModelCard
from contract.pyramid import (
    GRAD_CAM,
    SALIENCY,
    Agreement,
    Bias,
    Curve,
    Edge,
    LeftOut,
    Member,
    Node,
    Pyramid,
    PyramidRequest,
    PyramidSpec,
    Row,
    Trust,
    Tube,
    Tubes,
    bind,
)
from contract.units import named
from tests.frontend import findings
from tests.frontend.asked import Answer, Asked

if TYPE_CHECKING:
    from tests.frontend.mock import Mock

ROWS = (("fc7",), ("conv5_fusion",), ("appearance.conv3", "motion.conv3"))
UNITS = 10
DONE = ("c0", "class-0")
"""The clips whose pyramids are there; the second are two of class 0, in half of which a unit is among the strongest."""

LEFT_OUT = (
    LeftOut(height=56, width=56, layers=2, row=("appearance.conv2", "motion.conv2")),
    LeftOut(height=14, width=14, layers=2),
)
"""What the chosen rows do not show: what could be, and what paths lead around."""

OTHER = 3
"""A class that is made of other units."""


def answer(mock: Mock, asked: Asked) -> Answer | None:
    """What is asked of pyramids and of ablations."""
    query = asked.query
    match [asked.method, *asked.parts]:
        case ["GET", "models", _, "pyramids", "tubes"]:
            return tubes().model_dump(mode="json"), 200
        case ["GET" | "POST", "models", name, "pyramids"]:
            rows = {"rows": [row.split("+") for row in query["rows"].split(",")]} if "rows" in query else {}
            return _pyramid(mock, mock.card(name), asked.body or {**query, **rows}, begins=asked.begins)
        case ["GET" | "POST", "models", name, "ablations"]:
            units = [each.model_dump() for each in named(query.get("units", ""))]
            return _ablation(mock, mock.card(name), asked.body or {**query, "units": units}, begins=asked.begins)
    return None


def _pyramid(mock: Mock, card: ModelCard, wanted: dict, *, begins: bool) -> Answer:
    own = job(card, wanted)
    view, spec = mock.state(own, ask=begins), own.spec
    assert isinstance(spec, PyramidSpec)
    there = spec.clip in DONE or view["state"] == "finished"
    made = pyramid(card, spec).model_dump(mode="json") if there else None
    clip = findings.clip(0).model_dump(mode="json") if there and not spec.clip.startswith("class") else None
    return {"job": view, "pyramid": made, "clip": clip}, 202 if begins else 200


def _ablation(mock: Mock, card: ModelCard, wanted: dict, *, begins: bool) -> Answer:
    own = ablation_job(card, wanted)
    view, spec = mock.state(own, ask=begins), own.spec
    assert isinstance(spec, ablation.AblationSpec)
    made = ablated(card, spec).model_dump(mode="json") if view["state"] == "finished" else None
    return {"job": view, "ablation": made}, 202 if begins else 200


def job(card: ModelCard, wanted: dict) -> Analysis:
    """The job of a request. Raises KinetoscopeError where it names what there is not."""
    spec = bind(PyramidRequest.model_validate(wanted), card)
    return Analysis(id=spec.id, url=f"/api/v1/jobs/{spec.id}", state="absent", spec=spec)


def pyramid(card: ModelCard, spec: PyramidSpec) -> Pyramid:
    """A unit gives less the higher its number (OTHER: counted from unit 2); all of it to that of its number above."""
    label = 0 if spec.label is None else spec.label

    def part(unit: int) -> float:
        return 1.0 / (1 + (unit - 2 * (label == OTHER)) % UNITS)

    several = spec.clip.startswith("class")
    often = 0.5 if several else None
    rows = tuple(
        Row(
            layers=layers,
            nodes=tuple(
                Node(layer=layer, unit=unit, relevance=part(unit) / len(layers), frequency=often)
                if unit is not None
                else Node(layer=layer, unit=None, relevance=0.5)
                for layer in layers
                for unit in (*range(UNITS), None)
            ),
            error=0.25 if len(layers) > 1 else 0.0,
        )
        for layers in ROWS
    )
    edges = tuple(
        Edge(source=source, source_unit=unit, target=target, target_unit=unit, weight=part(unit) / len(sources))
        for targets, sources in itertools.pairwise(ROWS)
        for target in targets
        for source in sources
        for unit in range(UNITS)
    )
    biases = tuple(Bias(layer=layer, unit=None, weight=0.5) for layers in ROWS[:-1] for layer in layers)
    whole = 0.5 + sum(part(unit) for unit in range(UNITS))
    return Pyramid(
        model=card.name,
        fingerprint=card.fingerprint,
        clip=spec.clip,
        name="2 clips of applying lipstick" if several else "clips/0.mp4",
        members=tuple(Member(clip=f"c{i}", name=f"clips/{i}.mp4", score=4.0 - 3 * i, predicted=i) for i in range(2))
        if several
        else (),
        label=label,
        predicted=0,
        rival=spec.rival,
        score=whole + 0.25,
        bias=0.25,
        rows=rows,
        left_out=() if spec.rows else LEFT_OUT,
        edges=edges,
        biases=biases,
        trust=_trust(whole),
    )


def ablation_job(card: ModelCard, wanted: dict) -> Analysis:
    """The job of a request. Raises KinetoscopeError where it names what there is not."""
    spec = ablation.bind(ablation.AblationRequest.model_validate(wanted), card)
    return Analysis(id=spec.id, url=f"/api/v1/jobs/{spec.id}", state="absent", spec=spec)


def ablated(card: ModelCard, spec: ablation.AblationSpec) -> ablation.Ablation:
    """Every silenced unit takes a tenth of the first class's probability and gives it to the second; chance nothing."""
    rest = (0.0,) * (len(card.classes) - 2)

    def outcome(taken: int) -> ablation.Outcome:
        return ablation.Outcome(
            scores=(8.0 - taken, 3.0, *rest), probabilities=(0.9 - 0.1 * taken, 0.1 + 0.1 * taken, *rest)
        )

    return ablation.Ablation(
        spec=spec, intact=outcome(0), without=outcome(len(spec.silent)), random=outcome(0), draws=5
    )


def tubes() -> Tubes:
    """Unit 0 of every layer fires in the second half; both baselines all over."""
    late = base64.b64encode(bytes([0] * 4 + [255] * 4)).decode()
    whole = base64.b64encode(bytes([200] * 8)).decode()
    size = {"frames": 2, "height": 2, "width": 2}
    units = [Tube(layer=layer, unit=0, data=late, trace=(0.0, 1.0), **size) for row in ROWS for layer in row]
    known = [Tube(layer=name, unit=None, data=whole, trace=(1.0, 1.0), **size) for name in (GRAD_CAM, SALIENCY)]
    return Tubes(tubes=(*units, *known))


def _trust(score: float) -> Trust:
    """The published rule takes half of what the default takes, random units nothing."""
    fall = (0.5, 1.0, 1.5)
    curves = tuple(
        Curve(rule=rule, removed=tuple(score - part * each for each in fall), kept=tuple(part * each for each in fall))
        for rule, part in (("default", 1.0), ("original", 0.5), ("random", 0.1))
    )
    agreement = tuple(Agreement(layers=layers, units=64, kept=40, strongest=8, shared=6) for layers in ROWS)
    return Trust(
        layers=ROWS[1],
        shares=(0.05, 0.25, 0.5),
        score=score,
        nothing=0.0,
        curves=curves,
        agreement=agreement,
        unfollowed=("fc7 reads 96 channels, and conv5_fusion has 64 units",),
    )
