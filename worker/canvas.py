"""The optimized inputs: their sizes, their first noise, their random shifts, and the way into a network.

A canvas is a tensor (batch, channel, time, height, width) in grey levels about the mean. Knows nothing of objectives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contract.catalogue import LayerCard, ModelCard, Stream

NOISE_QUANTILE = 1.6449
"""95 % quantile of the unit normal: the noise is scaled so that a component's lies at sigma / sqrt(channels)."""


@dataclass(frozen=True)
class Canvas:
    """Size of one stream's canvas: what the network sees (`frames`, `height`, `width`) and the margin around it."""

    stream: Stream
    frames: int
    height: int
    width: int
    margin: int

    @property
    def segments(self) -> int:
        """Snippets that the frames are of: nothing couples them in time."""
        return max(1, self.frames * self.stream.segments // self.stream.frames)

    @property
    def snippet(self) -> int:
        """Frames of a segment."""
        return self.frames // self.segments

    @property
    def area(self) -> int:
        """Pixels of a frame, margin included."""
        return (self.height + 2 * self.margin) * (self.width + 2 * self.margin)

    def shape(self, *, still: bool = False) -> tuple[int, int, int, int]:
        """(channel, time, height, width) of the optimized tensor; one frame when it is a still."""
        frames = 1 if still else self.frames
        return (self.stream.channels, frames, self.height + 2 * self.margin, self.width + 2 * self.margin)


def odd_cells(extent: int, stride: int) -> int:
    """Pixels of the smallest odd number of cells of `stride` that hold `extent`, so that one cell is the middle."""
    cells = math.ceil(extent / stride)
    return stride * (cells + 1 - cells % 2)


def plan(card: ModelCard, layer: LayerCard, *, jitter: int | None, whole: bool = False) -> tuple[Canvas, ...]:
    """Canvases for a unit of `layer`, one per stream (docs/method.md, section 4).

    The window holds the receptive field, but no more than the native input unless the model `extends`; layers with
    a global field get the native input, and so do objectives on the `whole` map, and layers of several streams along an
    axis in which these differ: their maps would no longer fit together. `jitter` None: a quarter of the
    stride, at least 1; for a layer that sees the whole input, of the coarsest stride of the network.
    """
    stride = layer.stride or max((each.stride or 1 for each in card.layers), default=1)
    margin = jitter if jitter is not None else max(round(stride / 4), 1)
    return tuple(
        Canvas(stream, stream.frames, stream.height, stream.width, margin)
        if whole
        else _canvas(card, layer, stream, margin)
        for stream in card.streams
    )


def _canvas(card: ModelCard, layer: LayerCard, stream: Stream, margin: int) -> Canvas:
    seen = [each for each in card.streams if each.name in layer.streams]
    height, width = stream.height, stream.width
    if len({(each.height, each.width) for each in seen}) == 1:
        height, width = (_side(card, layer, native) for native in (height, width))
    lasting = {each.frames for each in seen if each.layout != "CHW"}
    frames = stream.frames if len(lasting) > 1 else _frames(layer, stream)
    return Canvas(stream, frames, height, width, margin)


def _side(card: ModelCard, layer: LayerCard, native: int) -> int:
    if layer.receptive_field is None or layer.stride is None or layer.rigid:
        return native
    wanted = layer.receptive_field if card.extends else min(layer.receptive_field, native)
    return odd_cells(wanted, layer.stride)


def _frames(layer: LayerCard, stream: Stream) -> int:
    if stream.layout == "CHW" or layer.rigid or layer.receptive_frames is None:
        return stream.frames
    if layer.receptive_frames >= stream.frames:
        return stream.frames
    stride = max(round(stream.frames / layer.frames), stream.frames // stream.segments if stream.segments > 1 else 1)
    return min(odd_cells(layer.receptive_frames, stride), stream.frames)


def noise(canvas: Canvas, generator: torch.Generator, *, sigma: float, still: bool = False) -> Tensor:
    """White noise, (channel, time, height, width), 46.2 at the 95 % quantile for colour and 56.6 for motion."""
    deviation = sigma / math.sqrt(canvas.stream.channels) / NOISE_QUANTILE
    return torch.randn(canvas.shape(still=still), generator=generator) * deviation


def center(x: Tensor, canvas: Canvas) -> Tensor:
    """The unshifted window, time as stored, (..., height, width)."""
    m = canvas.margin
    return x[..., m : m + canvas.height, m : m + canvas.width]


def to_network(x: Tensor, stream: Stream) -> Tensor:
    """Grey levels about the mean -> the tensor that the module takes, in the stream's layout.

    Colour: ((x + m) / span - mean) / std with m = span * mean, or 127.5 where the card has no mean, so that one set
    of constants serves every model. Motion: x / span.
    """
    if stream.kind == "motion":
        scaled = x / stream.span
    else:
        mean, std = (torch.tensor(v, dtype=torch.float64) for v in (stream.mean, stream.std))
        levels = grey_mean(stream).double()
        levels, x = (levels.flip(0), x.flip(1)) if stream.order == "BGR" else (levels, x)
        affine = (levels / stream.span - mean) / std, 1 / (stream.span * std)
        offset, scale = (v.to(x).view(1, 3, 1, 1, 1) for v in affine)
        scaled = torch.addcmul(offset, x, scale)
    return _lay_out(scaled, stream)


def from_pixels(clip: Tensor, stream: Stream) -> Tensor:
    """8-bit RGB (time, height, width, 3), or motion in px/frame (time, 2, height, width) -> grey levels about the mean.

    Returns (channel, time, height, width).
    """
    if stream.kind == "motion":
        return (clip.float() * stream.levels_per_px).clamp(-127.5, 127.5).transpose(0, 1)
    return clip.permute(3, 0, 1, 2).float() - grey_mean(stream).view(3, 1, 1, 1)


def grey_mean(stream: Stream) -> Tensor:
    """The grey level per RGB channel that a canvas value of 0 stands for, (3,)."""
    mean = torch.tensor(stream.mean, dtype=torch.float32) * stream.span
    mean = torch.where(mean == 0, torch.full_like(mean, 127.5), mean)
    return mean.flip(0) if stream.order == "BGR" else mean


def resize(x: Tensor, height: int, width: int) -> Tensor:
    """Bilinear resize of (channel, time, height, width) in space."""
    return functional.interpolate(x.transpose(0, 1), (height, width), mode="bilinear", antialias=True).transpose(0, 1)


def _lay_out(x: Tensor, stream: Stream) -> Tensor:
    """(N, C, T, H, W) -> the module's layout; motion as CHW interleaves u1, v1, u2, v2, ..."""
    if stream.layout == "CTHW":
        return x
    if stream.layout == "TCHW":
        return x.transpose(1, 2)
    return x.transpose(1, 2).flatten(1, 2)
