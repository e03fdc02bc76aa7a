import pytest

from backend.exports import summary
from contract.findings import Ablation, ClassFindings, ClassMap, LayerSummary, OptimaFindings, Overview, PairFindings
from tests.fakes import CARD


def layer(path: str, depth: int, **figures) -> LayerSummary:
    return LayerSummary(path=path, depth=depth, lane=figures.pop("lane", "joint"), **figures)


@pytest.fixture
def overview() -> Overview:
    return Overview(
        fingerprint=CARD.fingerprint,
        source="a folder",
        present=(0, 1),
        clips=(6, 4),
        total=12,
        right=7,
        labelled=10,
        left_out=("broken.avi",),
        layers=(
            layer("motion.conv3_1", 2, lane="motion", invariance=0.7, control=0.4, selectivity=0.2),
            layer("classes", 3, selectivity=0.5, joint=0.3, interaction=0.1, histogram=(1,) * 10),
            layer("conv1", 1, selectivity=0.1),
        ),
        classes=(
            ClassFindings(label=0, clips=6, right=4, confused=((1, 1), (2, 1))),
            ClassFindings(label=1, clips=4, right=3, confused=((0, 1),)),
        ),
    )


def said(sheet) -> list[str]:
    return [words.text for words in sheet.words]


def test_layers_stand_in_their_lanes_by_depth(overview):
    assert {name: [each.path for each in layers] for name, layers in summary.lanes(overview.layers).items()} == {
        "motion": ["motion.conv3_1"],
        "joint": ["conv1", "classes"],
    }


def test_what_figures_rest_on_is_said(overview):
    words = " ".join(summary.notes(overview))
    assert words == "12 clips: a folder. 7 of 10 are named right. 1 could not be read."
    thin = overview.model_copy(update={"labelled": 9, "left_out": ()})
    assert "Fewer than five clips per class" in " ".join(summary.notes(thin))


def test_only_charts_that_have_values_are_drawn_and_controls_stand_beside(overview):
    optima = {"motion.conv3_1": OptimaFindings(
        layer="motion.conv3_1", units={}, invariance=0.6, control=0.3, likeness=None, likeness_control=None
    )}  # fmt: skip
    curves, _ = summary.sheets(summary.Known(CARD, overview, optima))
    titles = said(curves)
    assert titles.count("Class selectivity") == 2
    assert titles.count("Invariance to speed (clips played slower and faster)") == 1
    assert titles.count("Invariance to speed (optima under slowness chi)") == 1
    assert "Appearance and motion alike in structure" not in titles
    assert titles.count("shuffled weights") == 2


def test_pairs_are_put_in_words_beside_as_many_random_units(overview):
    effects = [
        Ablation(what=what, units=4, first=(3.0, after), second=(0.0, 0.0), right=(1.0, 1.0))
        for what, after in (("first", 1.0), ("random", 2.9))
    ]
    shape = {"layer": "conv1", "shared": (), "for_first": (), "for_second": (), "ablations": tuple(effects)}
    pair = PairFindings(first=0, second=1, confused=2, clips=10, **shape)
    maps = [ClassMap(label=label, energy=((1.0,),), saliency=((0.5,),)) for label in (0, 1)]
    _, classes = summary.sheets(summary.Known(CARD, overview, {}, [pair], maps))
    words = "\n".join(said(classes))
    assert "cello and violin: 2 of 10 clips taken for the other." in words
    assert "goes from 3.00 to 1.00 (random units: 2.90)" in words
    assert "other" in said(classes), "one clip was taken for a class that has no clips"
    assert len(classes.pictures) == 2 + 4, "the pair's differences, and two maps a class"


def test_without_classes_there_are_only_curves(overview):
    bare = overview.model_copy(update={"classes": (), "labelled": 0})
    assert len(summary.sheets(summary.Known(CARD, bare))) == 1
