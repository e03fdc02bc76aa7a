"""From a seed to the shipped files, with networks of a few hundred weights on clips of noise."""

import pytest
import torch

from contract.catalogue import ModelCard
from tests.worker.demo.tiny import TINY
from worker import calibrate
from worker.demo import production
from worker.demo.clips import CLASSES
from worker.demo.dataset import Dataset
from worker.demo.training import Recipe
from worker.models import demo, two_stream


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """An empty place for the shipped files."""
    monkeypatch.setitem(two_stream.SIZES, "demo", TINY)
    for module in (production, demo):
        monkeypatch.setattr(module, "WEIGHTS", tmp_path)
    return tmp_path


def clips(count: int, seed: int = 0) -> Dataset:
    generator = torch.Generator().manual_seed(seed)
    return Dataset(
        torch.randint(0, 255, (count, 3, 96, 96), generator=generator, dtype=torch.uint8),
        torch.randint(-20, 20, (count, 20, 96, 96), generator=generator, dtype=torch.int8),
        torch.arange(count) % len(CLASSES),
    )


@pytest.fixture
def trained(weights):
    path = weights / "clips.pt"
    torch.save(vars(clips(20)), path)
    recipe = Recipe(epochs=1, batch=10)
    production._train("appearance", path, recipe, 1, "appearance")
    production._train("demo", path, recipe, 1, "both")
    production._train("second", path, recipe, 1001, "both")
    production._train("motion", path, recipe, 1, "motion")
    return weights


def test_the_card_says_what_was_measured_on_the_saved_weights(trained):
    splits = production.Splits(clips(20, 1), clips(20, 2), clips(20, 3))
    measured = production.write_card(splits)
    card = ModelCard.model_validate_json((trained / "card.json").read_text())
    assert card.accuracy == {name: round(value, 4) for name, value in measured.items()}
    named = {"joint", "appearance alone", "motion alone", "second network (another seed)"}
    assert named | {"hard clips (unlike the training clips)", "still eyes, eye make-up / lipstick"} <= set(measured)
    assert card.classes == CLASSES
    assert card.calibration == "20 drawn clips of the demo's easy held-out split"
    statistics = calibrate.load(trained / "statistics.safetensors")
    assert statistics is not None
    assert set(statistics.maximum) == {layer.path for layer in card.layers}
    assert demo.build(trained).card == card


def test_a_seed_makes_the_same_network_and_another_seed_another(trained):
    first = demo.load_network("demo").state_dict()
    production._train("demo", trained / "clips.pt", Recipe(epochs=1, batch=10), 1, "both")
    again, second = demo.load_network("demo").state_dict(), demo.load_network("second").state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["fc6.weight"], second["fc6.weight"])


def test_motion_filters_start_from_those_of_the_appearance_stream(trained, monkeypatch):
    started = {}
    monkeypatch.setattr(production, "fit", lambda network, *_, **__: started.update(network.state_dict()))
    production._train("motion", trained / "clips.pt", Recipe(), 1, "motion")
    source = demo.load_network("appearance").state_dict()["appearance.conv1_1.weight"].mean(1)
    kernels = started["motion.conv1_1.weight"]
    assert torch.allclose(kernels, kernels[:, :1].expand_as(kernels)), "constant in time"
    assert torch.nn.functional.cosine_similarity(kernels[0, 0].flatten(), source[0].flatten(), dim=0) > 0.999


def test_held_out_splits_share_no_clip_with_the_training_clips(monkeypatch):
    drawn = []
    monkeypatch.setattr(production, "draw_dataset", lambda wanted, **_: drawn.append(wanted))
    production.draw_training(200, seed=1, processes=1)
    production.draw_held_out(200, seed=1, processes=1)
    seeds = [{order.seed for order in wanted} for wanted in drawn]
    assert all(not a & b for i, a in enumerate(seeds) for b in seeds[i + 1 :])
    assert [any(o.hard for o in wanted) for wanted in drawn] == [False, False, True, False]
    assert [any(o.freeze_eyes for o in wanted) for wanted in drawn] == [False, False, False, True]
