import textwrap

import pytest
import torch

from contract.errors import ModelProblem, UnknownModel
from contract.given import Given
from tests.fakes import CARD
from tests.worker.models.test_own import GOOD
from worker.models import assemble, registry, trial
from worker.models.origin import Origin


@pytest.fixture
def write(tmp_path):
    def file(text=GOOD):
        path = tmp_path / "net.py"
        path.write_text(textwrap.dedent(text))
        return Origin(kind="file", place=str(path))

    return file


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def here(monkeypatch):
    """Trials in this process, which is faster; what they were made for."""
    names = []

    def attempt(name, origin, *, data, **_):
        names.append(name)
        return trial.Verdict(assemble.describe(name, *origin.build(data), data=data))

    monkeypatch.setattr(trial, "attempt", attempt)
    return names


def test_the_demo_comes_with_the_product(data):
    assert registry.names(data) == ["demo"]
    assert registry.load("demo", data=data).card == registry.card("demo", data=data)


def test_a_file_becomes_a_model_that_is_listed_loaded_and_removed(write, data):
    added = registry.add("mine", write(), data=data).card
    assert registry.names(data) == ["demo", "mine"]
    assert registry.load("mine", data=data).card == registry.card("mine", data=data) == added
    assert added.class_layer == "3"
    registry.remove("mine", data=data)
    assert registry.names(data) == ["demo"]
    with pytest.raises(ModelProblem, match="not an added model"):
        registry.remove("mine", data=data)


def test_a_known_card_needs_no_second_trial_until_the_file_changes(write, data, here):
    registry.add("mine", write(), data=data)
    before, stamp = registry.card("mine", data=data), registry.stamp("mine", data=data)
    assert here == ["mine"]
    write(GOOD.replace("seed(0)", "seed(1)"))
    assert registry.stamp("mine", data=data) != stamp
    assert registry.card("mine", data=data).fingerprint != before.fingerprint
    assert here == ["mine", "mine"]


def test_weights_that_changed_unseen_are_noticed_when_the_model_is_built(write, data, here, tmp_path):
    seed = tmp_path / "seed"
    seed.write_text("0")
    registry.add("mine", write(GOOD.replace("seed(0)", f"seed(int(open({str(seed)!r}).read()))")), data=data)
    before, stamp = registry.card("mine", data=data), registry.stamp("mine", data=data)
    seed.write_text("1")
    built = registry.load("mine", data=data).card
    assert built.fingerprint != before.fingerprint
    assert registry.card("mine", data=data) == built
    assert registry.stamp("mine", data=data) != stamp


def test_a_bad_or_taken_name_is_refused(write, data, here):
    for name, words in [("../up", "small letters"), ("demo", "comes with the product")]:
        with pytest.raises(ModelProblem, match=words):
            registry.add(name, write(), data=data)
    with pytest.raises(ModelProblem, match="no file"):
        registry.add("mine", Origin(kind="file", place="nowhere.py"), data=data)
    assert registry.names(data) == ["demo"]


def test_an_unknown_name_is_answered_with_the_nearest(data):
    for ask in (registry.load, registry.card, registry.check):
        with pytest.raises(UnknownModel, match="Did you mean demo") as caught:
            ask("dmo", data=data)
        assert "demo" in caught.value.allowed


def test_units_are_what_the_relu_is_given(data, here, tmp_path):
    path = tmp_path / "normed.py"
    path.write_text(
        textwrap.dedent("""
        import torch
        from torch import nn
        def build():
            torch.manual_seed(0)
            net = nn.Sequential(nn.Conv3d(3, 4, 3), nn.BatchNorm3d(4), nn.ReLU(inplace=True), nn.Conv3d(4, 2, 3))
            net[1].weight.data = torch.tensor([1.0, -1.0, 2.0, 0.5])
            net[1].running_mean.data += 3
            return net
        CARD = {"streams": [{"name": "clip", "kind": "clip", "frames": 6, "height": 8, "width": 8}]}
        """)
    )
    origin = Origin(kind="file", place=str(path))
    original = origin.build(data)[0].eval()
    registry.add("normed", origin, data=data)
    model = registry.load("normed", data=data)
    x = torch.randn(1, 3, 6, 8, 8)
    torch.testing.assert_close(model.module[0](x), original[1](original[0](x)))
    torch.testing.assert_close(model.module(x), original(x))


def test_a_file_that_was_edited_is_not_run_here_before_it_passed_a_trial(write, data):
    registry.add("mine", write(), data=data)
    write(GOOD.replace("def build():", "def build():\n        import os; os._exit(3)"))
    with pytest.raises(ModelProblem, match="exit status 3"):
        registry.load("mine", data=data)


def test_a_card_that_came_with_an_atlas_is_none_of_the_registrys(write, data, here):
    """A network of this machine may have the name of one of an atlas: neither takes the other's card away."""
    given = Given(data)
    given.put(CARD)
    own = registry.add(CARD.name, write(), data=data).card
    assert given.cards() == [CARD]
    given.put(CARD)
    assert registry.card(CARD.name, data=data) == own
    assert here == [CARD.name]
    registry.remove(CARD.name, data=data)
    assert given.cards() == [CARD]
