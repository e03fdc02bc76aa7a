"""Every known network: what is stated of it, what its graph says, and that its units can be optimized.

By default at reduced size and with the small ones; `--long` takes all, at full size, through the queue.
"""

import re
import time
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import nn

from contract.catalogue import Stream
from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.shelf import Shelf
from contract.spec import Parameters, VisualizationRequest, bind
from contract.store import Store
from tests.worker.models.families.counting import count
from tests.worker.planted import last
from worker.engine import TorchEngine
from worker.execute import truncate
from worker.jobs import Services
from worker.models import assemble, facts, graph, weights, zoo
from worker.models.model import Model
from worker.objectives import as_map
from worker.optimize import optimize
from worker.process import WarmWorker

SMALL = {"r3d_18", "r2plus1d_18", "s3d", "swin3d_t", "resnet18", "convnext_tiny", "mfnet"}
NAMES = [pytest.param(name, marks=[] if name in SMALL else [pytest.mark.long]) for name in zoo.KNOWN]
REDUCED = {"s3d": (16, 224), "mvit_v1_b": (16, 224), "mvit_v2_s": (16, 224), "vit_b_16": (1, 224),
           "two_stream_vgg16": (10, 224), "fusion_vgg16": (10, 224), "fusion_vgg16_3d": (50, 224),
           "tsn_inception_v3": (15, 96)}  # fmt: skip
"""Frames and side of networks that take no smaller input; the others are tried with 8 (images: 1) and 64."""

VGG16 = [3, 5, 10, 14, 24, 32, 40, 60, 76, 92, 132, 164, 196]


def reduced(name: str) -> tuple[Stream, ...]:
    return tuple(_reduced(name, stream) for stream in zoo.sheet(name, weights="").streams)


def _reduced(name: str, stream: Stream) -> Stream:
    frames, side = REDUCED.get(name, (min(stream.frames, 8), 64))
    frames = stream.frames if stream.name in {"appearance", "motion"} else frames  # chunks and stacks are fixed
    return stream.model_copy(update={"frames": frames, "height": side, "width": side})


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Models with random weights and small inputs, without an activation scale."""
    data = tmp_path_factory.mktemp("data")

    @cache
    def make(name: str) -> Model:
        sheet = zoo.sheet(name, weights="random", trained=False).model_copy(update={"streams": reduced(name)})
        module = zoo.network(name)
        card = assemble.describe(name, module, sheet, data=data)
        return Model(card, assemble.folded(module, card))

    return make


@pytest.mark.parametrize("name", zoo.KNOWN)
def test_every_card_states_what_a_visitor_asks(name):
    sheet, known = zoo.sheet(name, weights="imported"), zoo.KNOWN[name]
    assert sheet.title.startswith(known.title)
    assert re.search(r"(19|20)\d\d\.$", sheet.citation), "the paper, with its year"
    assert sheet.licence
    assert all(0.4 < value < 1 for value in sheet.accuracy.values())
    assert known.published() or known.source, "where the weights are"
    for stream in sheet.streams:
        assert (len(stream.mean), len(stream.std)) in {(3, 3), (2, 2)}
    blank = zoo.sheet(name, weights="", trained=False)
    assert (blank.classes, blank.accuracy, blank.title) == ((), {}, f"{known.title} (random weights)")


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_listed_in_time_and_its_multiplications_are_those_of_its_forward_pass(name, tmp_path):
    started = time.process_time()
    sheet = zoo.sheet(name, weights="random")
    card = assemble.describe(name, zoo.network(name), sheet, data=tmp_path)
    assert time.process_time() - started < 20
    assert card.layer(card.class_layer).units == len(sheet.classes)
    for lane in {layer.lane for layer in card.layers} - {"joint"}:
        assert 3 <= sum(layer.recommended for layer in card.layers if layer.lane == lane) <= 9
    if not any(word in name for word in ("mvit", "swin", "vit")):  # attention multiplies more than its layers do
        counted = count(zoo.KNOWN[name].build, *(graph.shape_of(stream) for stream in sheet.streams))
        assert sum(layer.macs for layer in card.layers) == counted.products
        assert card.parameters == counted.parameters


@pytest.mark.parametrize("name", NAMES)
def test_finite_fields_equal_the_support_of_the_gradient(name, build):
    model = build(name)
    finite = [
        layer for layer in model.card.layers
        if layer.finite and layer.receptive_field <= 40 and not layer.rigid and len(layer.streams) == 1
    ]  # fmt: skip
    assert finite or name == "vit_b_16", "which takes one size only, and checks it first"
    module = _linear(zoo.network(name))
    for layer in {finite[i] for i in (0, len(finite) // 2, -1) if finite}:
        side = 2 * layer.receptive_field + 4 * layer.stride
        one = len(model.card.streams) == 1
        side = side if one else max(side, 96)  # room for the stream that is not looked at
        frames = 2 * layer.receptive_frames + 8 if one and model.card.streams[0].kind == "clip" else None
        larger = {"height": side, "width": side} | ({"frames": frames} if frames else {})
        streams = [stream.model_copy(update=larger) for stream in model.card.streams]
        inputs = [torch.zeros(graph.shape_of(stream), requires_grad=True) for stream in streams]
        out = as_map(truncate(module, layer.path, device=torch.device("cpu"))(inputs), 1, layer)
        middle = tuple(slice(None) if i < 2 else size // 2 for i, size in enumerate(out.shape))
        (x,) = [each for each, stream in zip(inputs, streams, strict=True) if stream.name == layer.streams[0]]
        (gradient,) = torch.autograd.grad(out[middle].sum(), x)
        seen = gradient.abs().sum(1).reshape(-1, side, side).nonzero()
        extent = (seen.max(0).values - seen.min(0).values + 1).tolist()
        assert extent[1:] == [layer.receptive_field] * 2, layer.path
        assert extent[0] == layer.receptive_frames or not frames, layer.path


def _linear(module: nn.Module) -> nn.Module:
    """The same geometry with positive weights and averages for maxima, so that every connection passes a gradient."""
    for path, part in list(module.named_modules()):
        parent, _, name = path.rpartition(".")
        if isinstance(part, (nn.MaxPool2d, nn.MaxPool3d)):
            flat = isinstance(part, nn.MaxPool2d)
            sizes = part.padding if isinstance(part.padding, tuple) else (part.padding,) * (2 if flat else 3)
            around = [amount for amount in reversed(sizes) for _ in range(2)]
            zeros = nn.ZeroPad2d(around) if flat else nn.ConstantPad3d(around, 0)  # maps may be smaller than a pool
            mean = (nn.AvgPool2d if flat else nn.AvgPool3d)(part.kernel_size, part.stride)
            setattr(module.get_submodule(parent), name, nn.Sequential(zeros, mean))
        elif isinstance(part, (nn.ReLU, nn.GELU, nn.LayerNorm)):
            setattr(module.get_submodule(parent), name, nn.Identity())
        elif isinstance(part, (nn.Conv2d, nn.Conv3d)):
            nn.init.constant_(part.weight, 1 / part.weight[0].numel())
    return module.eval()


def test_vgg16_has_the_fields_of_the_published_table():
    module = zoo.network("vgg16")
    module.classifier = nn.Sequential(nn.Linear(512 * 49, 1))  # as is, initialization takes long
    cards, _ = facts.layers(module.eval(), zoo.sheet("vgg16", weights="").streams)
    assert [card.receptive_field for card in cards if card.kind == "conv"] == VGG16


@pytest.mark.parametrize("name", NAMES)
def test_units_early_midway_and_last_can_be_optimized(name, build):
    model = build(name)
    attention = [layer for layer in model.card.layers if layer.kind == "heads"]
    assert bool(attention) == any(word in name for word in ("mvit", "swin"))
    for path in [*_three(model), *(layer.path for layer in attention[-2:-1])]:
        specs = [_spec(model, path)]
        (optimum,) = last(optimize(replace(model, statistics=None), specs))
        assert optimum.inputs.keys() == set(model.card.layer(path).streams)
        assert all(x.isfinite().all() for x in optimum.inputs.values())
        assert len(optimum.trace) == 2
        if path != model.card.class_layer:  # random weights give classes hardly any slope
            assert optimum.activation > optimum.trace[0]


def _three(model: Model) -> list[str]:
    paths = [layer.path for layer in model.card.layers if layer.recommended]
    return [paths[0], paths[len(paths) // 2], paths[-1]]


def _spec(model: Model, path: str):
    request = VisualizationRequest(model=model.card.name, layer=path, unit=1, parameters=Parameters(steps=2, jitter=0))
    return bind(request, model.card.fingerprint)


@pytest.mark.long
@pytest.mark.parametrize("name", zoo.KNOWN)
def test_at_full_size_through_the_queue(name, tmp_path, queue_server, picture_server):
    weights.randomize(name, data=tmp_path)
    engine = TorchEngine(data=tmp_path, device="cpu")
    card = engine.card(name)
    assert card.weights == "random weights, for trials"
    queue, store = JobQueue(queue_server), Store(picture_server)
    specs = [_spec(Model(card, nn.Identity()), path) for path in _three(Model(card, nn.Identity()))]
    for spec in specs:
        queue.submit(spec)
    services = Services(
        queue=queue, store=store, events=Events(queue_server), board=ProgressBoard(queue_server), worker="w"
    )
    worker = WarmWorker(services=services, engine=engine, shelf=Shelf(queue_server), device="cpu")
    worker._install_signal_handlers = lambda: None
    worker.work(burst=True, logging_level="ERROR")
    assert set(store.results([spec.id for spec in specs])) == {spec.id for spec in specs}
