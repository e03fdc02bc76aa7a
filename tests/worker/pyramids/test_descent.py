"""The published rule on real networks, against a restatement that knows each of them by name and goes path by path."""

import functools

import numpy as np
import pytest
import torch

from contract.catalogue import ModelCard, Stream
from contract.pyramid import PyramidRequest, bind
from worker import canvas
from worker.analyses.collection import Entry
from worker.models import facts, zoo
from worker.models.families.late_fusion import Average, LateFusion
from worker.models.model import Model
from worker.pyramids import pyramid
from worker.pyramids.descent import descend, heard

THETA = 0.6
LABEL = 3


@functools.cache
def network(name: str, frames: int, side: int):
    """With random weights, on one small clip: the module, its card, and the inputs that each module was given."""
    module = zoo.network(name, seed=1).eval().requires_grad_(False)
    native = zoo.sheet(name, weights="", trained=False).streams[0]
    stream = native.model_copy(update={"frames": frames, "height": side, "width": side})
    layers, last = facts.layers(module, [stream])
    card = ModelCard(
        name=name, title=name, fingerprint="0" * 16, streams=(stream,), layers=tuple(layers), class_layer=last
    )
    x = canvas.to_network(
        40 * torch.randn(1, 3, frames, side, side, generator=torch.Generator().manual_seed(5)), stream
    )
    given: dict[str, np.ndarray] = {}

    def hear(path):
        return lambda _module, args: given.__setitem__(path, args[0].detach().numpy())

    handles = [part.register_forward_pre_hook(hear(path)) for path, part in module.named_modules()]
    with heard(module, card) as means:
        module(x)
    for handle in handles:
        handle.remove()
    return module, card, given, means


def weight_of(module, path: str) -> np.ndarray:
    return module.get_submodule(path).weight.detach().numpy()


def mean_of(given, path: str) -> list[float]:
    """Mean of every channel that a module was given: over all but the second axis."""
    value = given[path]
    return [float(value[:, j].mean()) for j in range(value.shape[1])]


def kernel_keeps(weight, means, kernel: int, groups: int) -> set[int]:
    per_out, per_in = weight.shape[0] // groups, weight.shape[1]
    begin = kernel // per_out * per_in
    scores = [float(weight[kernel, j].mean()) * means[begin + j] for j in range(per_in)]
    least, most = min(scores), max(scores)
    return {begin + j for j, s in enumerate(scores) if most == least or (s - least) / (most - least) >= THETA}


def class_keeps(module, path: str) -> set[int]:
    matrix = weight_of(module, path).reshape(len(weight_of(module, path)), -1)
    scaled = (matrix[LABEL] - matrix.min()) / (matrix.max() - matrix.min())
    return set(np.flatnonzero(scaled >= THETA).tolist())


def walk(module, given, path: str, kernels: set[int], groups: int = 1) -> set[int]:
    weight, means = weight_of(module, path), mean_of(given, path)
    return set().union(*(kernel_keeps(weight, means, kernel, groups) for kernel in kernels))


def found_by_product(name: str, *, frames: int, side: int):
    module, card, given, means = network(name, frames, side)
    return module, given, descend(module, card, means, label=LABEL, theta=THETA)


@pytest.mark.long
def test_i3d_branches_are_read_at_their_offsets():
    module, given, found = found_by_product("i3d", frames=16, side=224)
    kept = class_keeps(module, "logits.conv3d")
    assert kept
    offset, below = 0, {}
    for branch in ("b0", "b1b", "b2b", "b3b"):
        units = weight_of(module, f"Mixed_5c.{branch}.conv3d").shape[0]
        below[branch] = {j - offset for j in kept if offset <= j < offset + units}
        offset += units
        assert found.kept(f"Mixed_5c.{branch}.conv3d") == below[branch]
    assert offset == 1024
    inner = walk(module, given, "Mixed_5c.b1b.conv3d", below["b1b"])
    assert found.kept("Mixed_5c.b1a.conv3d") == inner
    second = walk(module, given, "Mixed_5c.b2b.conv3d", below["b2b"])
    assert found.kept("Mixed_5c.b2a.conv3d") == second
    into = (
        walk(module, given, "Mixed_5c.b0.conv3d", below["b0"])
        | walk(module, given, "Mixed_5c.b1a.conv3d", inner)
        | walk(module, given, "Mixed_5c.b2a.conv3d", second)
        | walk(module, given, "Mixed_5c.b3b.conv3d", below["b3b"])
    )
    offset = 0
    for branch in ("b0", "b1b", "b2b", "b3b"):
        units = weight_of(module, f"Mixed_5b.{branch}.conv3d").shape[0]
        assert found.kept(f"Mixed_5b.{branch}.conv3d") == {j - offset for j in into if offset <= j < offset + units}
        offset += units


@pytest.mark.long
def test_groups_of_a_resnext_keep_to_their_block():
    module, given, found = found_by_product("resnext3d_101", frames=8, side=32)
    kept = class_keeps(module, "fc")
    assert kept
    assert found.kept("layer4.2.conv3") == kept
    middle = walk(module, given, "layer4.2.conv3", kept)
    assert found.kept("layer4.2.conv2") == middle
    inner = walk(module, given, "layer4.2.conv2", middle, module.layer4[2].conv2.groups)
    assert module.layer4[2].conv2.groups == 32
    assert found.kept("layer4.2.conv1") == inner
    entering = walk(module, given, "layer4.2.conv1", inner)
    assert found.kept("layer4.1.conv3") == entering
    """The rule goes from convolution to convolution: the way around a block hands nothing down."""


def test_fibres_of_mfnet_and_the_multiplexer():
    module, given, found = found_by_product("mfnet", frames=8, side=64)
    kept = class_keeps(module, "classifier")
    assert kept
    block = "conv5.B03"
    assert found.kept(f"{block}.conv_m2.conv") == kept
    middle = walk(module, given, f"{block}.conv_m2.conv", kept, module.get_submodule(f"{block}.conv_m2.conv").groups)
    assert found.kept(f"{block}.conv_m1.conv") == middle
    inner = walk(module, given, f"{block}.conv_m1.conv", middle, module.get_submodule(f"{block}.conv_m1.conv").groups)
    assert found.kept(f"{block}.conv_i2.conv") == inner
    entering = walk(module, given, f"{block}.conv_i1.conv", walk(module, given, f"{block}.conv_i2.conv", inner))
    assert found.kept("conv5.B02.conv_m2.conv") == entering


def test_scores_that_are_averaged_by_a_layer_without_parameters_are_followed():
    """Of two streams that share no weight: the class in the mean reads that class of both, and goes down either."""

    class One(torch.nn.Module):
        def __init__(self, channels: int) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(channels, 5, 3, padding=1)
            self.classes = torch.nn.Linear(5, 4)

        def forward(self, x):
            return self.classes(self.conv(x.flatten(1, 2) if x.ndim == 5 else x).relu().mean((2, 3)))

    torch.manual_seed(0)
    module = LateFusion(One(3), One(4), 4).eval().requires_grad_(False)
    streams = (
        Stream(name="appearance", kind="appearance", frames=1, height=8, width=8),
        Stream(name="motion", kind="motion", frames=2, height=8, width=8),
    )
    layers, last = facts.layers(module, streams)
    card = ModelCard(
        name="late", title="", fingerprint="0" * 16, streams=streams, layers=tuple(layers), class_layer=last,
        classes=("a", "b", "c", "d"),
    )  # fmt: skip
    assert isinstance(module.get_submodule(last), Average)
    x = [40 * torch.randn(3, 1, 8, 8), torch.randn(2, 2, 8, 8)]
    spec = bind(PyramidRequest.model_validate({"clip": "x", "class": LABEL, "units": 4}), card)
    made, _ = pyramid.take_apart(Model(card, module), spec, Entry(name="", label=None, read=lambda _: x), x)
    assert made.trust is not None
    assert [curve.rule for curve in made.trust.curves] == ["default", "original", "random"]
