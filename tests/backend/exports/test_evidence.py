from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.exports import evidence
from contract.archive import Archive
from contract.findings import Contrast, Example, SurveyedClip, UnitFindings, Weighed
from contract.result import StreamPicture
from tests.fakes import CARD

LAYER = CARD.layers[0].path
SHOWN = StreamPicture(
    name="motion", kind="motion", frames=1, height=4, width=4, fps=1, strip="motion.webp", poster="poster.webp"
)


def unit(number: int, selectivity: float | None, *clips: str) -> UnitFindings:
    examples = tuple(
        Example(clip=clip, group="top", activation=1, box=(0.25, 0.25, 0.5, 0.5), moment=0, trace=()) for clip in clips
    )
    return UnitFindings(unit=number, maximum=1, selectivity=selectivity, profile=(), contribution=(), examples=examples)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made, buffer = Archive(tmp_path, CARD.fingerprint), io.BytesIO()
    Image.new("RGB", (4, 4), (200, 30, 30)).save(buffer, "WEBP", lossless=True)
    clips = [
        SurveyedClip(id=name, name=name, label=label, predicted=0, streams=(SHOWN,))
        for name, label in (("a", 0), ("b", 1))
    ]
    for clip in clips:
        made.put_clip(clip, {"poster.webp": buffer.getvalue()} if clip.id == "a" else {})
    made.put_clips(clips)
    made.put_contrasts([])
    made.put_layer(LAYER, [unit(0, None, "a"), unit(1, 0.9, "a", "b", "gone"), unit(2, 0.5), unit(3, 0.1, "b")])
    return made


CLOSE = Contrast(
    clip="b", first=0, second=1, margin=0.5, layer=LAYER, for_first=(Weighed(layer=LAYER, unit=3, weight=0.7),),
    for_second=(), all_first=0.7, all_second=0.1, rest=-0.1,
)  # fmt: skip


def test_the_ends_of_a_layer_are_those_with_examples():
    ends = evidence.extremes([unit(0, None, "a"), unit(1, 0.9, "a"), unit(2, 0.0), unit(3, 0.2, "b")])
    assert [(which, each.unit) for which, each in ends] == [("most specific", 1), ("most generic", 3)]
    assert [which for which, _ in evidence.extremes([unit(1, 0.9, "a")])] == ["most specific"]
    assert evidence.extremes([unit(0, None, "a")]) == []


def test_units_are_shown_with_their_clips_and_where_they_look(archive):
    card = CARD.model_copy(update={"layers": tuple(x.model_copy(update={"recommended": True}) for x in CARD.layers)})
    (sheet,) = evidence.sheets(card, archive)
    assert len(sheet.pictures) == len(sheet.lines) == 3, "a clip that is gone is left out"
    first, missing = sheet.pictures[0], sheet.pictures[1]
    assert abs(np.asarray(first.pixels, int) - (200, 30, 30)).max() <= 2
    assert np.unique(missing.pixels).size == 1, "a clip without its picture is grey"
    (left, top), _, (right, bottom), *_ = sheet.lines[0].points
    assert (left - first.x, top - first.y) == pytest.approx((first.width / 4, first.height / 4))
    assert (right - first.x, bottom - first.y) == pytest.approx((first.width / 2, first.height / 2))
    assert any("most specific: unit 1 (selectivity 0.90)" in words.text for words in sheet.words)


def test_a_clip_is_told_apart_in_words(archive):
    archive.put_contrasts([CLOSE, CLOSE.model_copy(update={"clip": "gone"})])
    sheet = evidence.sheets(CARD, archive)[-1]
    words = [each.text for each in sheet.words]
    assert "b: taken for cello, not violin, by 0.50 of the logit. It is violin." in words
    assert "For cello (0.70 in all): unit 3 (0.70)" in words
    assert "For violin (0.10 in all): no unit" in words
    assert len(sheet.pictures) == 1


def test_without_clips_there_is_nothing(tmp_path):
    assert evidence.sheets(CARD, Archive(tmp_path, "ff")) == []
