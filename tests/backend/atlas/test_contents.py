from pathlib import Path

import pytest

from backend.atlas.contents import computed, held
from contract.archive import Archive
from contract.pyramid import PyramidRequest, bind
from contract.result import Result
from tests.backend.atlas import filled
from tests.backend.atlas.filled import CARD, spec
from tests.frontend import pyramids


def results(*specs) -> list[Result]:
    return [filled.result(each)[0] for each in specs]


def test_units_are_known_by_the_ways_they_were_asked_for():
    asked = spec("fc8", 1, seed=1), spec("fc8", 1, chi=2.5), spec("fc7", 3), spec("fc7", 3, prior="phase", steps=300)
    found = computed(CARD, results(spec("fc8", 1), *asked, spec("fc8", 1, kappa=2.0)))
    assert found.ways == {
        ("fc8", 1): {(), (("seed", 1),), (("chi", 2.5),)},
        ("fc7", 3): {(), (("prior", "phase"), ("steps", 300))},
    }
    assert [each.spec.parameters.kappa for each in found.others] == [2.0]


def test_a_unit_that_was_computed_with_other_settings_only_has_no_page():
    found = computed(CARD, results(spec("fc8", 1, steps=20), spec("fc8", 1, kappa=2.0), spec("fc8", 2)))
    assert set(found.ways) == {("fc8", 2)}
    assert [each.spec.unit for each in (*found.results, *found.others)] == [2]


@pytest.mark.parametrize("change", [{"engine": "0"}, {"fingerprint": "ff" * 8}, {"model": "another"}])
def test_what_no_page_of_the_model_shows_is_left_out(change: dict[str, str]):
    strange = spec("fc8", 1).model_copy(update=change)
    assert computed(CARD, results(strange)).results == []


def test_dead_units_are_left_out():
    dead = results(spec("fc8", 1))[0].model_copy(update={"streams": (), "dead": True})
    assert not computed(CARD, [dead]).ways


def test_classes_with_clips_have_a_page_without_pictures_too(tmp_path: Path):
    archive = filled.analyse(tmp_path)
    found = held(CARD, computed(CARD, results(spec("fc8", 2))), archive)
    assert found.layers == {"fc8": (0, 1, 2)}
    assert found.pairs == ((0, 1), (0, 2), (1, 2))


def test_of_many_classes_only_the_pairs_that_were_looked_into(tmp_path: Path):
    names = tuple(f"class {number}" for number in range(40))
    layers = tuple(each.model_copy(update={"units": 40}) if each.path == "fc8" else each for each in CARD.layers)
    many = CARD.model_copy(update={"classes": names, "layers": layers})
    found = computed(many, results(*(spec("fc8", number) for number in range(30))))
    assert held(many, found, Archive(tmp_path, many.fingerprint)).pairs == ()
    assert held(many, found, filled.analyse(tmp_path)).pairs == ((0, 1),)


@pytest.mark.parametrize(
    "asked",
    [
        {"clip": "c0"},
        {"clip": "c0", "class": 0},
        {"clip": "c0", "class": 0, "rival": 1},
        {"clip": "c0", "rows": pyramids.ROWS},
    ],
)
def test_pyramids_are_known_by_what_was_asked_for(asked: dict, tmp_path: Path):
    archive = Archive(tmp_path, CARD.fingerprint)
    wanted = bind(PyramidRequest.model_validate(asked), CARD)
    archive.put_pyramid(wanted.id, pyramids.pyramid(CARD, wanted), pyramids.tubes())
    (taken,) = held(CARD, computed(CARD, []), archive).pyramids
    rows = "fc7,conv5_fusion,appearance.conv3+motion.conv3" if "rows" in asked else None
    assert taken.model_dump() == {
        "clip": "c0",
        "label": asked.get("class"),
        "rival": asked.get("rival"),
        "rows": rows,
        "shown": 0,
    }
