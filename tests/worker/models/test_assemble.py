import pytest
import torch
from torch import nn

from contract.catalogue import Head, Stream
from contract.errors import ModelProblem
from worker import calibrate
from worker.models import assemble as assembling
from worker.models.assemble import Sheet, assemble, statistics_path
from worker.models.model import Statistics

CLIP = Stream(name="clip", kind="clip", frames=4, height=8, width=8)


def net(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 2))


SHEET = Sheet(title="Net", streams=(CLIP,), classes=("wave", "clap"))


def test_facts_are_computed_and_noise_gives_a_first_scale(tmp_path):
    model = assemble("net", net(), SHEET, data=tmp_path)
    assert [layer.path for layer in model.card.layers] == ["0", "3"]
    assert (model.card.class_layer, model.card.parameters) == ("3", 3 * 4 * 27 + 4 + 4 * 2 + 2)
    assert not model.module.training
    assert model.statistics.maximum["0"].shape == (4,)
    assert (model.card.calibration, model.card.dead) == ("", {})


def test_noise_is_measured_before_everybodys_eyes_once_and_only_if_asked_for(tmp_path):
    told = []
    tell = lambda *words: told.append(words)  # noqa: E731
    assert assemble("net", net(), SHEET, data=tmp_path, rough=False, progress=tell).statistics is None
    assert not told
    assemble("net", net(), SHEET, data=tmp_path, progress=tell)
    assert told == [("measuring the activation scale on noise", done, 64) for done in range(64)]
    assemble("net", net(), SHEET, data=tmp_path, progress=tell)
    assert len(told) == 64


def test_facts_are_computed_once_per_fingerprint(tmp_path, monkeypatch):
    first = assemble("net", net(), SHEET, data=tmp_path)

    def refuse(*_):
        raise AssertionError("traced again")

    monkeypatch.setattr(assembling.facts, "layers", refuse)
    again = assemble("other", net(), SHEET.model_copy(update={"title": "Other"}), data=tmp_path)
    assert (again.card.name, again.card.title) == ("other", "Other")
    assert again.card.layers == first.card.layers
    with pytest.raises(AssertionError, match="traced again"):
        assemble("net", net(seed=1), SHEET, data=tmp_path)


def test_a_calibration_takes_the_place_of_the_noise_and_names_the_dead(tmp_path):
    identity = assemble("net", net(), SHEET, data=tmp_path).card.fingerprint
    maximum = {"0": torch.tensor([1.0, 0.0, 2.0, 0.0]), "3": torch.tensor([-1.0, 1.0])}
    mean = {path: torch.zeros_like(value) for path, value in maximum.items()}
    calibrate.save(Statistics(maximum, mean, source="9 clips"), statistics_path(tmp_path, identity))
    model = assemble("net", net(), SHEET, data=tmp_path)
    assert model.card.calibration == "9 clips"
    assert model.card.dead == {"0": (1, 3)}, "a class that never won is not dead"


def test_the_wrong_number_of_class_names_is_said(tmp_path):
    with pytest.raises(ModelProblem, match=r"3 class names .* 2 units"):
        assemble("net", net(), SHEET.model_copy(update={"classes": ("a", "b", "c")}), data=tmp_path)


class VerbAndNoun(nn.Module):
    """Two outputs, as an action network for kitchens has them."""

    def __init__(self):
        super().__init__()
        self.conv, self.verb, self.noun = nn.Conv3d(3, 4, 3), nn.Linear(4, 2), nn.Linear(4, 3)

    def forward(self, x):
        x = self.conv(x).mean((2, 3, 4))
        return {"verb": self.verb(x), "noun": self.noun(x)}


def test_every_head_has_its_own_names(tmp_path):
    heads = (Head(layer="verb", classes=("cut", "stir")), Head(layer="noun", classes=("egg", "pan", "rice")))
    sheet = Sheet(title="Net", streams=(CLIP,), heads=heads)
    card = assemble("net", VerbAndNoun(), sheet, data=tmp_path).card
    assert (card.class_layer, card.classes) == ("verb", ("cut", "stir"))
    assert [layer.kind for layer in card.layers] == ["conv", "class", "class"]
    assert [card.label("verb", 1), card.label("noun", 2), card.label("noun", 3), card.label("conv", 0)] == [
        "stir", "rice", None, None,
    ]  # fmt: skip
    assert card.is_class("noun")
    assert not card.is_class("conv")
    with pytest.raises(ModelProblem, match=r"Did you mean verb"):
        assemble("net", VerbAndNoun(), sheet.model_copy(update={"heads": (Head(layer="verbs"),)}), data=tmp_path)
    wrong = (heads[0], Head(layer="noun", classes=("egg",)))
    with pytest.raises(ModelProblem, match=r"1 class names .* 'noun' has 3 units"):
        assemble("net", VerbAndNoun(), sheet.model_copy(update={"heads": wrong}), data=tmp_path)


def test_what_is_not_the_class_layer_by_its_authors_word_is_what_it_was(tmp_path):
    module = nn.Sequential(nn.Conv3d(3, 2, 3), nn.ReLU(), nn.Conv3d(2, 4, 1))
    sheet = SHEET.model_copy(update={"class_layer": "0"})
    assert [layer.kind for layer in assemble("net", module, sheet, data=tmp_path).card.layers] == ["class", "conv"]


def test_a_sigmoid_is_said_and_layers_may_be_recommended_by_hand(tmp_path):
    sheet = SHEET.model_copy(update={"output": "sigmoid", "recommended": ("0",)})
    card = assemble("net", net(), sheet, data=tmp_path).card
    assert [(head.layer, head.output, head.classes) for head in card.heads] == [("3", "sigmoid", ("wave", "clap"))]
    assert [layer.recommended for layer in card.layers] == [True, False]


def test_lanes_are_named_by_the_beginnings_of_paths(tmp_path):
    sheet = SHEET.model_copy(update={"lanes": {"eyes": "0"}})
    card = assemble("net", net(), sheet, data=tmp_path).card
    assert [(layer.path, layer.lane) for layer in card.layers] == [("0", "eyes"), ("3", "joint")]
    plain = assemble("net", net(), SHEET, data=tmp_path).card
    assert [layer.lane for layer in plain.layers] == ["clip", "clip"]
