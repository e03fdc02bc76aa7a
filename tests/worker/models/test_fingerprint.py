"""Whatever changes a picture changes the fingerprint, and nothing else does."""

import torch
from torch import nn

from tests.worker.planted import APPEARANCE, MOTION, LinearTwoStream
from worker.models import demo
from worker.models.fingerprint import fingerprint

STREAMS = (APPEARANCE, MOTION)


def test_equal_networks_have_one_fingerprint():
    assert fingerprint(LinearTwoStream(seed=1), STREAMS) == fingerprint(LinearTwoStream(seed=1), STREAMS)


def test_one_weight_one_stride_or_one_mean_makes_another():
    plain = fingerprint(LinearTwoStream(seed=1), STREAMS)
    moved = LinearTwoStream(seed=1)
    with torch.no_grad():
        moved.fusion.bias[0] += 1e-6
    strided = LinearTwoStream(seed=1)
    strided.appearance.stride = (2, 2)
    other_mean = (APPEARANCE.model_copy(update={"mean": (0.4, 0.5, 0.5)}), MOTION)
    others = {
        fingerprint(moved, STREAMS),
        fingerprint(strided, STREAMS),
        fingerprint(LinearTwoStream(seed=1), other_mean),
    }
    assert len(others | {plain}) == 4


def test_scalars_and_integers_count():
    assert fingerprint(nn.BatchNorm2d(2), STREAMS) != fingerprint(nn.BatchNorm2d(2, momentum=0.2), STREAMS)


def test_segments_count_and_networks_without_them_keep_the_fingerprint_that_they_had():
    assert fingerprint(demo.load_network("demo"), demo.STREAMS) == demo.card().fingerprint
    plain = (APPEARANCE, MOTION.model_copy(update={"segments": 2}))
    assert fingerprint(LinearTwoStream(seed=1), plain) != fingerprint(LinearTwoStream(seed=1), STREAMS)
