"""Where the network looks at a canvas: another place in every step, and for some priors another size and angle.

Sources: jitter, Mahendran & Vedaldi, IJCV 2016; size and angle, Lucid (Olah et al., Distill 2017). A turned picture
of motion has turned vectors, an enlarged one has longer vectors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from contract.spec import Parameters
from worker.canvas import Canvas

ZOOM, TURN = 0.1, 10.0
"""Lucid's ranges, for priors that are made of waves."""


class View(NamedTuple):
    """The window's corner in the canvas; how much larger the picture looks, and turned by how many radians.

    others: of the later segments, where each is seen elsewhere.
    """

    top: int
    left: int
    zoom: float = 1.0
    angle: float = 0.0
    others: tuple[View, ...] = ()

    @property
    def straight(self) -> bool:
        """Whether pixels are seen as they are."""
        return self.zoom == 1.0 and self.angle == 0.0


class Views:
    """The views that a request allows."""

    def __init__(self, parameters: Parameters, margin: int, *, segments: int = 1) -> None:
        """margin: largest shift in pixels. segments: how many parts of the clip move each by itself."""
        self.segments = segments
        waves = parameters.prior in {"fourier", "phase"}
        self.margin = margin
        self.zoom = parameters.zoom if parameters.zoom is not None else ZOOM if waves else 0.0
        self.turn = math.radians(parameters.turn if parameters.turn is not None else TURN if waves else 0.0)

    def middle(self) -> View:
        """The view that is shown."""
        return View(self.margin, self.margin)

    def draw(self, generator: torch.Generator) -> View:
        """A random one for every segment, every value in its range with equal chance."""
        first, *others = (self._draw(generator) for _ in range(self.segments))
        return first._replace(others=tuple(others))

    def _draw(self, generator: torch.Generator) -> View:
        top, left = torch.randint(0, 2 * self.margin + 1, (2,), generator=generator).tolist()
        if not (self.zoom or self.turn):
            return View(top, left)
        zoom, turn = (torch.rand(2, generator=generator) * 2 - 1).tolist()
        return View(top, left, 1 + self.zoom * zoom, self.turn * turn)


def look(x: Tensor, canvas: Canvas, views: Sequence[View]) -> Tensor:
    """What the network sees of each canvas of a batch, (batch, channel, `frames`, `height`, `width`).

    x: (batch, channel, time, height, width) with the margin. A still is repeated over time here.
    """
    clip = torch.stack([_see(sample, canvas, view) for sample, view in zip(x, views, strict=True)])
    return clip.expand(-1, -1, canvas.frames, -1, -1) if clip.shape[2] == 1 else clip


def trace_back(slope: Tensor, canvas: Canvas, views: Sequence[View], like: Tensor) -> Tensor:
    """The transpose of `look`: a gradient of what was seen as one of the canvases, of the shape of `like`."""
    slope = slope.sum(2, keepdim=True) if like.shape[2] == 1 else slope
    gradient = torch.zeros_like(like)
    for whole, slopes, view in zip(gradient, slope, views, strict=True):
        each = (view, *view.others)
        for into, part, one in zip(whole.chunk(len(each), 1), slopes.chunk(len(each), 1), each, strict=True):
            if one.straight:
                _cut(into, canvas, one).add_(part)
            else:
                leaf = torch.zeros_like(into, requires_grad=True)
                into.copy_(torch.autograd.grad(_turned(leaf, canvas, one), leaf, part)[0])
    return gradient


def _see(sample: Tensor, canvas: Canvas, view: View) -> Tensor:
    if view.others:
        each = (view, *view.others)
        parts = zip(sample.chunk(len(each), 1), each, strict=True)
        return torch.cat([_see(part, canvas, one._replace(others=())) for part, one in parts], 1)
    return _cut(sample, canvas, view) if view.straight else _turned(sample, canvas, view)


def _cut(sample: Tensor, canvas: Canvas, view: View) -> Tensor:
    return sample[:, :, view.top : view.top + canvas.height, view.left : view.left + canvas.width]


def _turned(sample: Tensor, canvas: Canvas, view: View) -> Tensor:
    """The window at p shows the canvas at middle + R p / zoom; outside there is grey, or rest."""
    cos, sin = math.cos(view.angle), math.sin(view.angle)
    rows, columns = (torch.arange(n, device=sample.device) - (n - 1) / 2 for n in (canvas.height, canvas.width))
    down, right = torch.meshgrid(rows, columns, indexing="ij")
    x = (cos * right - sin * down) / view.zoom + view.left + (canvas.width - 1) / 2
    y = (sin * right + cos * down) / view.zoom + view.top + (canvas.height - 1) / 2
    height, width = sample.shape[2:]
    grid = torch.stack([2 * x / (width - 1) - 1, 2 * y / (height - 1) - 1], -1)
    seen = functional.grid_sample(sample.flatten(0, 1)[None], grid[None].to(sample), align_corners=True)
    seen = seen[0].unflatten(0, sample.shape[:2])
    if canvas.stream.kind != "motion":
        return seen
    u, v = seen
    return view.zoom * torch.stack([cos * u + sin * v, cos * v - sin * u])
