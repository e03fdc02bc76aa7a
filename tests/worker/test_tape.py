"""The cone against the whole network, borders included: same activation, same gradient, in fp64."""

import copy

import pytest
import torch

from tests.worker.models.test_zoo import reduced
from tests.worker.networks import Branches2d, Gated, Residual3d, Reused, by_hook, ready
from worker.cone import NoCone, cone
from worker.models import demo, subgraph, zoo
from worker.models.call import shape_of
from worker.models.graph import shape_of as shape_of_input
from worker.tape import Tape

PLAIN = ("r3d_18", "mc3_18", "r2plus1d_18", "s3d", "vgg16", "resnet18", "resnet50")
"""Known networks whose every convolution has a cone."""

SHAPES = {Residual3d: (2, 3, 9, 33, 37), Branches2d: (2, 3, 33, 37), Reused: (2, 3, 9, 11)}
LAYERS = [
    (Residual3d, ("stem", "first", "second", "down", "up", "shortcut", "last")),
    (Branches2d, ("stem", "wide", "point", "pooled", "mix", "last")),
    (Reused, ("first", "last")),
]
CASES = [(network, layer) for network, layers in LAYERS for layer in layers]


def tape(network, layer, x, cell=None, dtype=torch.float64):
    read = subgraph.read(network, [x[:1]], layer)
    extent = shape_of(read.nodes[-1])[2:]
    cell = (
        tuple(n // 2 for n in extent)
        if cell is None
        else tuple(n - 1 if c else 0 for n, c in zip(extent, cell, strict=True))
    )
    return Tape(read, cone(read, cell), dtype=dtype, device=torch.device("cpu")), cell


def gradient_of(made, x, units):
    x = x.clone().requires_grad_()
    activation = made.cells([x], units)
    (gradient,) = torch.autograd.grad(activation.sum(), x)
    return activation.detach(), gradient


@pytest.mark.parametrize(("network", "layer"), CASES)
@pytest.mark.parametrize("corner", [None, (0, 0, 0), (1, 1, 1), (0, 1, 0)])
def test_activation_and_gradient_are_those_of_the_whole_network(network, layer, corner):
    module = ready(network())
    x = torch.randn(SHAPES[network], dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    made, cell = tape(module, layer, x, None if corner is None else corner[: x.ndim - 2])
    units = torch.tensor([[1, 3], [2, 0]])
    activation, gradient = gradient_of(made, x, units)
    expected, slope = by_hook(module, layer, x, units, cell)
    assert torch.allclose(activation, expected, rtol=1e-9, atol=1e-12)
    assert torch.allclose(gradient, slope, rtol=1e-6, atol=1e-9 * float(slope.abs().max()))
    assert float(slope.abs().max()) > 0


def test_nothing_outside_the_cone_is_read():
    module = ready(Branches2d())
    x = torch.randn(1, 3, 33, 37, dtype=torch.float64)
    made, _ = tape(module, "wide", x)
    before, gradient = gradient_of(made, x, torch.tensor([[0]]))
    x[gradient == 0] = float("nan")
    assert torch.equal(gradient_of(made, x, torch.tensor([[0]]))[0], before)


def test_batch_mates_do_not_change_a_bit():
    module = ready(Residual3d()).float()
    x = torch.randn(2, 3, 9, 33, 37)
    made, _ = tape(module, "last", x, dtype=torch.bfloat16)
    units = torch.tensor([[1], [4]])
    activation, gradient = gradient_of(made, x, units)
    x[1] = torch.randn(3, 9, 33, 37)
    again, gradient_again = gradient_of(made, x, torch.tensor([[1], [2]]))
    assert torch.equal(activation[0], again[0])
    assert torch.equal(gradient[0], gradient_again[0])


def test_low_precision_is_near():
    module = ready(Residual3d()).float()
    x = torch.randn(2, 3, 9, 33, 37)
    units = torch.tensor([[1], [4]])
    low, _ = gradient_of(tape(module, "last", x, dtype=torch.bfloat16)[0], x, units)
    full, _ = gradient_of(tape(module, "last", x, dtype=torch.float32)[0], x, units)
    assert torch.allclose(low, full, rtol=0.05, atol=0.02)


def test_a_global_field_has_no_cone():
    module = ready(Gated())
    x = torch.randn(1, 3, 12, 12, dtype=torch.float64)
    tape(module, "first", x)
    with pytest.raises(NoCone):
        tape(module, "last", x)


def compare_every_layer(module, inputs):
    """Every convolution that has a cone against the whole network, at the middle cell, in fp64; their paths."""
    inputs = [x.requires_grad_() for x in inputs]
    outputs = {}
    handles = [
        part.register_forward_hook(lambda _m, _i, out, path=path: outputs.update({path: out.clone()}))
        for path, part in module.named_modules()
        if isinstance(part, (torch.nn.Conv2d, torch.nn.Conv3d))
    ]
    module(*inputs)
    for handle in handles:
        handle.remove()
    compared = set()
    for path, out in outputs.items():
        read = subgraph.read(module, [x.detach() for x in inputs], path)
        try:
            found = cone(read, tuple(n // 2 for n in out.shape[2:]))
        except NoCone:
            continue
        made = Tape(read, found, dtype=torch.float64, device=torch.device("cpu"))
        activation = made.cells(inputs, torch.tensor([[1]]))
        cell = out[(0, 1, *(n // 2 for n in out.shape[2:]))]
        assert float(activation.detach()) == pytest.approx(float(cell.detach()), rel=1e-6), path
        ours = torch.autograd.grad(activation.sum(), inputs, allow_unused=True, materialize_grads=True)
        theirs = torch.autograd.grad(cell, inputs, retain_graph=True, allow_unused=True, materialize_grads=True)
        for one, other in zip(ours, theirs, strict=True):
            assert float((one - other).abs().max()) <= 1e-6 * float(other.abs().max()), path
        compared.add(path)
    return compared


def noise(streams):
    generator = torch.Generator().manual_seed(2)
    return [torch.randn(shape_of_input(stream), dtype=torch.float64, generator=generator) for stream in streams]


def test_every_layer_of_the_demo(tmp_path):
    model = demo.build(tmp_path)
    module = copy.deepcopy(model.module).double()
    assert compare_every_layer(module, noise(model.card.streams)) == {layer.path for layer in model.card.layers}


@pytest.mark.long
@pytest.mark.parametrize("name", PLAIN)
def test_every_layer_of_the_known_convolutional_networks(name):
    streams = zoo.sheet(name, weights="random", trained=False).streams
    module = ready(zoo.network(name))
    assert compare_every_layer(module, noise(streams)) == {
        path for path, part in module.named_modules() if isinstance(part, (torch.nn.Conv2d, torch.nn.Conv3d))
    }


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in zoo.KNOWN if name not in PLAIN])
def test_every_cone_of_the_other_known_networks_at_reduced_size(name):
    """Not every layer has one: where frames are left out or tokens are mixed, the network runs uncut."""
    assert compare_every_layer(ready(zoo.network(name)), noise(reduced(name)))
