"""The shipped demo: its files agree with each other and with the code."""

from pathlib import Path

import pytest
import torch

from worker.demo.clips import CLASSES
from worker.demo.sample import LEVELS_PER_PX, Order, draw_sample
from worker.models import demo, facts
from worker.models.fingerprint import fingerprint


@pytest.fixture(scope="module")
def model():
    return demo.build(Path())


def test_the_card_describes_the_shipped_weights(model):
    layers, class_layer = facts.layers(model.module, demo.STREAMS)
    assert model.card.layers == tuple(layers)
    assert model.card.class_layer == class_layer == "classes"
    assert model.card.streams == demo.STREAMS
    assert model.card.classes == CLASSES
    assert model.card.fingerprint == fingerprint(model.module, demo.STREAMS)


def test_every_layer_has_its_activation_scale(model):
    for layer in model.card.layers:
        assert model.statistics.maximum[layer.path].shape == (layer.units,)
        assert model.statistics.class_mean[layer.path].shape == (len(CLASSES), layer.units)
    assert model.statistics.source == model.card.calibration != ""


def test_the_weights_are_small_and_the_second_network_is_another():
    files = [demo.WEIGHTS / f"{name}.safetensors" for name in demo.NETWORKS]
    assert sum(file.stat().st_size for file in files) <= 10e6
    first, second = (demo.load_network(name).get_parameter("classes.weight") for name in ("demo", "second"))
    assert not torch.equal(first, second)


def test_fresh_clips_are_named_right(model):
    right = 0
    for label in range(len(CLASSES)):
        image, levels = draw_sample(Order(label, 987_654_321))
        appearance = (torch.from_numpy(image)[None].float() / 255 - 0.5) / 0.25
        motion = torch.from_numpy(levels)[None].float() / (4 * LEVELS_PER_PX)
        right += int(model.module(appearance, motion).argmax()) == label
    assert right >= 9
