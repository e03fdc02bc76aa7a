"""Canvas sizes against the figures of the paper's network, noise levels, shifts, value ranges."""

import pytest
import torch

from contract.catalogue import LayerCard, ModelCard, Stream
from tests.worker.planted import APPEARANCE, CLIP, MOTION
from worker import canvas


def card(stream: Stream, *, extends: bool = False) -> ModelCard:
    return ModelCard(
        name="m", title="m", fingerprint="0123456789", streams=(stream,), layers=(), class_layer=None, extends=extends
    )


def layer(field: int | None, stride: int | None, *, frames: int = 1, seen: int | None = 1) -> LayerCard:
    return LayerCard(
        path="l", kind="conv", units=1, frames=frames, height=1, width=1, stride=stride, receptive_field=field,
        receptive_frames=seen, streams=("appearance",),
    )  # fmt: skip


VGG = Stream(name="appearance", kind="appearance", frames=1, height=224, width=224, layout="CHW")


@pytest.mark.parametrize(
    ("field", "stride", "extends", "side"),
    [(196, 16, True, 208), (404, 32, True, 416), (3, 1, True, 3), (24, 4, True, 28), (404, 32, False, 224)],
)
def test_window_is_the_smallest_odd_number_of_cells_that_holds_the_field(field, stride, extends, side):
    (planned,) = canvas.plan(card(VGG, extends=extends), layer(field, stride), jitter=None)
    assert (planned.height, planned.width) == (side, side)
    assert planned.height // stride % 2 == 1


def test_a_global_field_gets_the_native_input():
    (planned,) = canvas.plan(card(VGG), layer(None, None), jitter=None)
    assert (planned.height, planned.width, planned.margin) == (224, 224, 1)
    deep = card(VGG).model_copy(update={"layers": (layer(11, 4), layer(404, 32))})
    (planned,) = canvas.plan(deep, layer(None, None), jitter=None)
    assert planned.margin == 8


@pytest.mark.parametrize(("seen", "frames"), [(1, 1), (3, 3), (4, 5), (6, 6), (None, 6)])
def test_a_clip_is_as_long_as_the_temporal_field(seen, frames):
    (planned,) = canvas.plan(card(CLIP), layer(8, 2, frames=6, seen=seen), jitter=None)
    assert planned.frames == frames


def test_streams_that_meet_are_cut_alike_or_not_at_all():
    flow = CLIP.model_copy(update={"name": "flow", "kind": "motion"})
    joint = layer(8, 2, frames=6, seen=3).model_copy(update={"streams": ("clip", "flow")})

    def planned(*streams):
        made = card(CLIP).model_copy(update={"streams": streams})
        return [(each.frames, each.height) for each in canvas.plan(made, joint, jitter=None)]

    assert planned(CLIP, flow) == [(3, 10), (3, 10)]
    assert planned(CLIP, flow.model_copy(update={"frames": 12})) == [(6, 10), (12, 10)]
    assert planned(CLIP, flow.model_copy(update={"layout": "CHW", "frames": 12})) == [(3, 10), (12, 10)]
    assert planned(CLIP, flow.model_copy(update={"height": 8, "width": 8})) == [(3, 16), (3, 8)]


@pytest.mark.parametrize(("stream", "quantile"), [(APPEARANCE, 46.2), (MOTION, 56.6)])
def test_noise_has_the_published_quantile(stream, quantile):
    wide = canvas.Canvas(stream, 1, 400, 400, 0)
    drawn = canvas.noise(wide, torch.Generator().manual_seed(1), sigma=80.0)
    assert float(drawn.flatten()[:1_000_000].quantile(0.95)) == pytest.approx(quantile, rel=0.02)


@pytest.mark.parametrize(
    ("stream", "grey", "value"),
    [
        ({"mean": (0.485,) * 3, "std": (0.229,) * 3}, 0.0, 0.0),
        ({"mean": (0.5,) * 3, "std": (0.5,) * 3}, 127.5, 1.0),
        ({"mean": (0.45,) * 3, "std": (0.225,) * 3}, 255 * 0.225, 1.0),
        ({}, 0.0, 0.5),
        ({"mean": (123.0, 117.0, 104.0), "span": 1.0}, 10.0, 10.0),
    ],
)
def test_colour_reaches_the_network_in_its_own_range(stream, grey, value):
    made = Stream(name="clip", kind="clip", frames=1, height=1, width=1, **stream)
    sent = canvas.to_network(torch.full((1, 3, 1, 1, 1), grey), made)
    assert sent.flatten().tolist() == pytest.approx([value] * 3, abs=1e-5)


def test_pixels_survive_the_way_through_grey_levels():
    pixels = torch.randint(0, 256, (6, 16, 16, 3), dtype=torch.uint8)
    stream = CLIP.model_copy(update={"mean": (0.4, 0.5, 0.6), "std": (0.2, 0.3, 0.4), "order": "BGR"})
    sent = canvas.to_network(canvas.from_pixels(pixels, stream)[None], stream)[0]
    expected = (pixels.float().flip(-1) / 255 - torch.tensor([0.4, 0.5, 0.6])) / torch.tensor([0.2, 0.3, 0.4])
    assert torch.allclose(sent.permute(1, 2, 3, 0), expected, atol=1e-5)


def test_motion_is_stacked_as_u1_v1_u2_v2():
    flow = torch.arange(4 * 2, dtype=torch.float32).view(4, 2, 1, 1).expand(4, 2, 16, 16)
    levels = canvas.from_pixels(flow, MOTION)
    sent = canvas.to_network(levels[None], MOTION)
    assert sent.shape == (1, 8, 16, 16)
    assert (sent[0, :, 0, 0] / MOTION.levels_per_px).tolist() == pytest.approx(list(range(8)))


@pytest.mark.parametrize(("seen", "segments", "snippet"), [(1, 1, 2), (2, 1, 2), (None, 3, 2)])
def test_segments_are_whole(seen, segments, snippet):
    apart = CLIP.model_copy(update={"segments": 3})
    (planned,) = canvas.plan(card(apart), layer(8, 2, frames=3, seen=seen), jitter=None)
    assert (planned.segments, planned.snippet, planned.frames) == (segments, snippet, segments * snippet)
