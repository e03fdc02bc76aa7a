"""A data folder in which some units of the drawn two-stream model are computed, and some findings are there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.pyramid import PyramidRequest, bind
from contract.result import Result, StreamPicture
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec
from contract.spec import bind as bound
from contract.store import Store
from tests.frontend import findings, pictures, pyramids
from tests.frontend.cards import two_stream

CARD = two_stream()
UNITS = {"conv5_fusion": (0, 2, 5, 7), "fc7": (3,), "fc8": (0, 1, 2)}
"""Computed as slow and fast."""
SIDE = 32


def spec(layer: str, unit: int, **parameters: Any) -> VisualizationSpec:
    request = VisualizationRequest(model=CARD.name, layer=layer, unit=unit, parameters=Parameters(**parameters))
    return bound(request, CARD.fingerprint)


def result(asked: VisualizationSpec, *, card: ModelCard = CARD) -> tuple[Result, dict[str, bytes]]:
    """A result and its pictures. Units reach less the higher their number, and less under slowness."""
    slow, unit = asked.parameters.chi > 1, asked.unit
    size = {"height": SIDE, "width": SIDE, "fps": 25.0}
    look = StreamPicture(
        name="appearance", kind="appearance", frames=1, strip="look.webp", poster="look-poster.webp", low=-90.0,
        high=90.0, **size,
    )  # fmt: skip
    motion = StreamPicture(
        name="motion", kind="motion", frames=10, strip="motion.webp", poster="motion-poster.webp", scale=4.0,
        peak=2.5 if slow else 3.5, **size,
    )  # fmt: skip
    media = {
        "look.webp": pictures.colour(unit, side=SIDE),
        "look-poster.webp": pictures.colour(unit, side=16),
        "motion.webp": pictures.motion(unit, side=SIDE, slow=slow, scale=4.0),
        "motion-poster.webp": pictures.motion_poster(unit, side=16, slow=slow, peak=3.9),
    }
    reached = 2.0 - 0.1 * unit - (0.3 if slow else 0.0)
    made = Result(
        id=asked.id, spec=asked, dead=False, activation=10 * reached, normalized=reached, reference=10.0,
        calibration=card.calibration, receptive_field=9, canvas=SIDE, steps=asked.parameters.steps, seconds=0.5,
        device="cpu", trace=(0.5, reached), streams=(look, motion),
    )  # fmt: skip
    return made, media


def specs() -> list[VisualizationSpec]:
    """Every unit slow and fast; one also from other noise, at another chi, and with a setting of somebody's own."""
    usual = [spec(layer, unit, chi=chi) for layer, numbers in UNITS.items() for unit in numbers for chi in (10.0, 0.0)]
    return [
        *usual,
        spec("fc8", 1, seed=1),
        spec("fc8", 1, seed=1, chi=0.0),
        spec("fc8", 1, chi=2.5),
        spec("fc8", 1, kappa=2.0),
    ]


def fill(data: Path, wanted: Sequence[VisualizationSpec] = ()) -> None:
    """Put results into a data folder; all of specs() unless told which."""
    store = Store(None, data / "pictures")
    for asked in wanted or specs():
        store.keep(*result(asked))


def analyse(data: Path) -> Archive:
    """Findings over four clips, and one pyramid."""
    archive = Archive(data, CARD.fingerprint)
    clips = [findings.clip(number) for number in range(4)]
    media = {
        "appearance.webp": pictures.colour(1, side=64),
        "motion.webp": pictures.motion(1, side=64, slow=True, scale=4.0),
        "motion-poster.webp": pictures.motion_poster(1, side=16, slow=True, peak=3.9),
    }
    for clip in clips:
        archive.put_clip(clip, media)
    archive.put_clips(clips)
    for path in UNITS:
        archive.put_layer(path, [findings.unit(n).findings for n in range(CARD.layer(path).units)])
    found = findings.pair(0, 1)
    assert found.findings
    assert found.first
    assert found.second
    archive.put_maps([found.first, found.second])
    archive.put_pairs([found.findings])
    archive.put_contrasts([each.contrast for each in findings.between() if each.contrast])
    archive.remember_folder(Path("/home/somebody/clips"))
    asked = bind(PyramidRequest(clip="c0"), CARD)
    archive.put_pyramid(asked.id, pyramids.pyramid(CARD, asked), pyramids.tubes())
    archive.put_overview(findings.overview(CARD))
    return archive
