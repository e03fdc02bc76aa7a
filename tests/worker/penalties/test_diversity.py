"""Pictures that must differ: the cosine by hand, and runs in which one waits for the other."""

import pytest
import torch
from torch.nn import functional

from contract.errors import Unsuited
from tests.worker.planted import last, linear_two_stream, spec
from worker.execute import Executions
from worker.optimize import optimize
from worker.penalties.diversity import Diversity, elders, witness


def network(model, layer):
    return Executions("cpu").whole(model.module, model.card.layer(layer), causal=False)


def gram(output):
    flat = output[0].flatten(1)
    return (flat @ flat.T).flatten()


def test_the_penalty_is_the_mean_cosine_of_gram_matrices():
    model = linear_two_stream()
    generator = torch.Generator().manual_seed(0)
    clips = [[torch.randn(1, n, 16, 16, generator=generator) for n in (3, 8)] for _ in range(3)]
    diversity = Diversity(network(model, "fusion"), 2.0, slots=2)
    diversity.begin(0, clips[1:])
    diversity.begin(1, [])
    inputs = [torch.cat([x, x]) for x in clips[0]]
    penalty = diversity(inputs)

    def at_fusion(clip):
        joined = torch.cat([model.module.appearance(clip[0]), model.module.motion(clip[1])], 1)
        return model.module.fusion(joined)

    own, *others = (gram(at_fusion(clip)) for clip in clips)
    cosines = [float(functional.cosine_similarity(own, other, dim=0)) for other in others]
    assert float(penalty[0]) == pytest.approx(2 * sum(cosines) / 2, rel=1e-4)
    assert float(penalty[1]) == 0


def test_only_a_layer_with_enough_cells_tells_textures_apart():
    card = linear_two_stream().card
    assert witness(card, card.layer("fusion")).path == "fusion"
    small = card.layer("fusion").model_copy(update={"height": 2, "width": 2})
    narrow = card.model_copy(update={"layers": (*card.layers[:2], small)})
    assert witness(narrow, small) is small  # the streams' own layers see less than it does
    both = card.layers[0].model_copy(update={"streams": small.streams})
    assert witness(card.model_copy(update={"layers": (both, small)}), small) is both


def test_elders_are_the_same_with_lower_seeds():
    assert elders(spec("fusion", 1, seed=3)) == []
    older = elders(spec("fusion", 1, seed=2, diversity=1.0))
    assert [each.parameters.seed for each in older] == [0, 1]
    assert {each.unit for each in older} == {1}


def test_a_picture_is_the_same_whether_its_elders_were_asked_for_or_not():
    model = linear_two_stream()
    family = [spec("fusion", 1, steps=8, seed=seed, diversity=5.0) for seed in (2, 0, 1)]
    together, (alone,) = last(optimize(model, family)), last(optimize(model, family[:1]))
    assert len(together) == 3
    assert [o.spec.parameters.seed for o in together] == [2, 0, 1]
    for name, x in alone.inputs.items():
        assert torch.equal(x, together[0].inputs[name])


def test_diversity_makes_pictures_differ():
    model = linear_two_stream()
    texture = Diversity(network(model, "fusion"), 1.0, slots=1)

    def likeness(diversity):
        optima = last(optimize(model, [spec("fusion", 1, steps=40, seed=s, diversity=diversity) for s in (0, 1)]))
        clips = [[o.inputs["appearance"].transpose(0, 1) / 255, o.inputs["motion"].transpose(0, 1).flatten(0, 1)[None]]
                 for o in optima]  # fmt: skip
        texture.begin(0, clips[:1])
        return float(texture(clips[1])[0])

    assert likeness(1000.0 / 10) < likeness(0.0) - 0.05


def test_too_many_elders_are_refused():
    with pytest.raises(Unsuited, match="20 are too many"):
        list(optimize(linear_two_stream(), [spec("fusion", 1, seed=20, diversity=1.0)]))
