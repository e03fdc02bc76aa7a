import base64

import numpy as np
import pytest
import torch

from contract.pyramid import GRAD_CAM, SALIENCY
from tests.worker.pyramids.networks import Branches, Chain, card_of, clip
from worker.pyramids.relevance import passage, pyramid
from worker.pyramids.tubes import grad_cam, saliency, tubes

UNITS = {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4}


@pytest.fixture
def chain():
    """The head is a linear map of the mean of conv2's rectified maps, which have 4 x 8 x 8 cells."""
    module = Chain().eval().requires_grad_(False)
    card = card_of(module, UNITS)
    fed = tuple(x.model_copy(update={"inputs": ("conv2",)}) if x.path == "head" else x for x in card.layers)
    return module, passage(module, card.model_copy(update={"layers": fed}), clip(), label=1)


def test_a_tube_is_where_the_unit_fires_and_the_score_wants_it(chain):
    module, found = chain
    made = pyramid(found, [("conv2",), ("conv1",)], clip="c", most=3)
    kept = {(tube.layer, tube.unit): tube for tube in tubes(module, found, made).tubes}
    assert {key for key in kept if key[1] is not None} == {
        (node.layer, node.unit) for row in made.rows for node in row.nodes if node.unit is not None
    }
    maps = found.output("conv2").detach()[0]
    weight = module.head.weight[1]
    levels = {}
    for (layer, unit), tube in kept.items():
        if layer == "conv2":
            assert (tube.frames, tube.height, tube.width) == (4, 8, 8)
            levels[unit] = np.frombuffer(base64.b64decode(tube.data), np.uint8).reshape(4, 8, 8)
            wanted = (maps[unit].relu() * weight[unit].clamp_min(0)).numpy()
            if weight[unit] <= 0:
                assert not levels[unit].any()
            else:
                assert np.corrcoef(levels[unit].ravel(), wanted.ravel())[0, 1] > 0.99
    assert max(level.max() for level in levels.values()) == 255


def test_a_trace_is_what_the_unit_gives_in_each_frame(chain):
    module, found = chain
    made = pyramid(found, [("conv2",)], clip="c", most=5)
    relevance = found.relevance("conv2")
    for tube in tubes(module, found, made).tubes:
        if tube.unit is not None:
            assert sum(tube.trace) == pytest.approx(float(relevance[tube.unit]), rel=1e-3, abs=1e-6)


def test_behind_a_mean_and_a_linear_map_grad_cam_and_the_saliency_tube_are_one():
    """The gradient of a mean is the weight in each of its cells, divided by their number."""
    module = Branches().eval().requires_grad_(False)
    card = card_of(module, {"left": 2, "right": 3, "mix": 4, "head": 2})
    fed = tuple(x.model_copy(update={"inputs": ("mix",)}) if x.path == "head" else x for x in card.layers)
    found = passage(module, card.model_copy(update={"layers": fed}), clip(), label=1, rival=0)
    by_hand = torch.tensordot(module.head.weight[1] - module.head.weight[0], found.output("mix").detach()[0], 1).relu()
    tube = saliency(module, found)
    assert tube is not None
    assert torch.allclose(tube, by_hand, atol=1e-5)
    assert torch.allclose(grad_cam(found, ("mix",)) * by_hand.numel(), by_hand, atol=1e-4)


def test_both_maps_come_with_the_tubes_and_are_left_out_where_they_mean_nothing(chain):
    module, found = chain
    made = pyramid(found, [("conv2",)], clip="c", most=1)
    assert {tube.layer for tube in tubes(module, found, made).tubes} == {"conv2", GRAD_CAM, SALIENCY}
    other = passage(module, card_of(module, UNITS), clip(), label=1)
    assert {tube.layer for tube in tubes(module, other, made).tubes} == {"conv2", GRAD_CAM}
