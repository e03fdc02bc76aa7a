import math

import pytest
import torch

from contract.ablation import AblationRequest, bind
from contract.archive import Archive
from tests.worker.pyramids.networks import Chain, Known, card_of, clip
from worker import canvas
from worker.analyses.collection import Entry
from worker.models.model import Model
from worker.pyramids import ablation

CARD = card_of(Chain(), {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4})
ENTRY = Entry(name="clip.mp4", label=None, read=lambda speed: clip())


def ask(*units: tuple[str, int]):
    wanted = {"clip": "x", "units": [{"layer": layer, "unit": unit} for layer, unit in units]}
    spec = bind(AblationRequest.model_validate(wanted), CARD)
    module = Chain().eval().requires_grad_(False)
    return module, ablation.ablated(Model(CARD, module), spec, [ENTRY], progress=lambda *said: None)


def by_hand(module: Chain, silent: dict[int, list[int]]) -> list[float]:
    """Scores with weights and biases of some filters set to 0: their rectified maps are 0 then."""
    for layer, units in silent.items():
        part = module.get_submodule(f"conv{layer}")
        part.weight[units], part.bias[units] = 0.0, 0.0
    return module(canvas.to_network(clip()[0][None], CARD.streams[0]))[0].tolist()


def test_scores_are_those_of_the_network_without_these_filters():
    module, found = ask(("conv1", 3), ("conv2", 0), ("conv1", 7))
    assert found.intact.scores == pytest.approx(by_hand(module, {}), rel=1e-4)
    assert found.without.scores == pytest.approx(by_hand(module, {1: [3, 7], 2: [0]}), rel=1e-4)
    assert found.intact.scores != found.without.scores


def test_probabilities_are_of_the_scores_and_chance_is_a_mean_over_other_units():
    _, found = ask(("conv2", 4))
    powers = [math.exp(score) for score in found.without.scores]
    assert found.without.probabilities == pytest.approx([power / sum(powers) for power in powers], rel=1e-3)
    assert found.random is not None
    others = [by_hand(Chain().eval().requires_grad_(False), {2: [unit]}) for unit in range(4)]
    for i, mean in enumerate(found.random.scores):
        assert min(each[i] for each in others) - 1e-4 <= mean <= max(each[i] for each in others) + 1e-4
    assert found.draws == ablation.DRAWS


def test_where_a_layer_has_not_as_many_others_there_is_no_chance():
    _, found = ask(*[("conv2", unit) for unit in range(3)])
    assert (found.random, found.draws) == (None, 0)


def test_it_is_kept_under_its_id(tmp_path):
    archive = Archive(tmp_path, CARD.fingerprint)
    spec = bind(AblationRequest.model_validate({"clip": "x", "units": [{"layer": "conv2", "unit": 1}]}), CARD)
    told = []
    model = Model(CARD, Chain().eval().requires_grad_(False))
    ablation.make(model, spec, archive, Known({"x": [ENTRY]}), progress=lambda *said: told.append(said))
    kept = archive.ablation(spec.id)
    assert kept is not None
    assert kept.spec == spec
    assert told[0] == ("clip", 0, 1)
    assert not any(part._forward_hooks for part in model.module.modules())
    assert archive.ablation("0" * 32) is None
    assert torch.is_grad_enabled()


def test_of_the_clips_of_a_class_it_is_the_mean(tmp_path):
    others = [Entry(name=f"{seed}", label=2, read=lambda speed, seed=seed: clip(seed)) for seed in (1, 2)]
    known = Known({"class-2": others, **{f"x{each.name}": [each] for each in others}})
    archive = Archive(tmp_path, CARD.fingerprint)
    model = Model(CARD, Chain().eval().requires_grad_(False))

    def tried(name: str):
        spec = bind(AblationRequest.model_validate({"clip": name, "units": [{"layer": "conv2", "unit": 1}]}), CARD)
        ablation.make(model, spec, archive, known, progress=lambda *said: None)
        kept = archive.ablation(spec.id)
        assert kept is not None
        return kept

    whole = tried("class-2")
    assert whole.clips == 2
    singles = [tried(f"x{each.name}").without.probabilities for each in others]
    assert whole.without.probabilities == pytest.approx(
        [sum(pair) / 2 for pair in zip(*singles, strict=True)], rel=1e-3
    )


def test_where_layers_are_taken_is_found_on_the_first_clip_alone(monkeypatch):
    passage, runs = ablation.relevance.passage, []
    monkeypatch.setattr(
        ablation.relevance, "passage", lambda *given, **more: runs.append(given) or passage(*given, **more)
    )
    units = [{"layer": "conv1", "unit": 3}]
    spec = bind(AblationRequest.model_validate({"clip": "class-1", "units": units}), CARD)
    model = Model(CARD, Chain().eval().requires_grad_(False))
    found = ablation.ablated(model, spec, [ENTRY, ENTRY, ENTRY], progress=lambda *said: None)
    assert (found.clips, len(runs)) == (3, 1)
    assert found.without.scores == pytest.approx(by_hand(model.module, {1: [3]}), rel=1e-4)
