"""The method's own prior: local energy with its hard bound, and local frequency over space and time.

Sources: docs/method.md, sections 1 and 2.
"""

from __future__ import annotations

import torch
from torch import Tensor

from contract.spec import Parameters, VisualizationSpec
from worker import canvas, regularizers
from worker.ascent import Ascent
from worker.canvas import Canvas
from worker.priors.setting import Setting


class Paper:
    """Pixels under R_B and R_TV."""

    def __init__(self, setting: Setting) -> None:
        """Streams that the layer does not see are only smoothed."""
        self.setting, self.parameters, self.canvases = setting, setting.parameters, setting.canvases
        self.points = [torch.zeros(shape, device=setting.device) for shape in setting.shapes()]
        screens = [screen(self.parameters, c) for c in self.canvases]
        pieces = [1 if setting.still(c) else c.segments for c in self.canvases]
        parts = zip(self.points, screens, pieces, strict=True)
        self.ascents = [Ascent(x, screen=screen, segments=segments) for x, screen, segments in parts]

    def begin(self, slot: int, spec: VisualizationSpec, generator: torch.Generator) -> None:
        """White noise at the scale of a natural picture."""
        p = self.parameters
        for x, ascent, c in zip(self.points, self.ascents, self.canvases, strict=True):
            x[slot] = canvas.noise(c, generator, sigma=p.sigma, still=self.setting.still(c))
            weight = self._share(c) / p.smoothness**2 * (p.motion_tv if c.stream.kind == "motion" else 1.0)
            ascent.begin(slot, kappa=p.kappa * weight, chi=spec.parameters.chi * weight)

    def pictures(self) -> list[Tensor]:
        """The pixels themselves."""
        return self.points

    def advance(self, gradients: list[Tensor], decay: Tensor) -> None:
        """Ascend on activation and energy, smooth, and project into the bound."""
        p = self.parameters
        parts = zip(self.points, self.ascents, gradients, self.canvases, self.setting.seen, strict=True)
        for place, (x, ascent, gradient, c, seen) in enumerate(parts):
            loss = self._energy_gradient(x, c).sub_(gradient) if seen else torch.zeros_like(x)
            rate = p.rate_motion if c.stream.kind == "motion" else p.rate_appearance
            self.points[place] = regularizers.project(ascent.step(x, loss, rate=rate * decay), bound=p.bound)

    def state(self, slot: int) -> list[Tensor]:
        """The pixels, and the past of their ascent."""
        pairs = zip(self.points, self.ascents, strict=True)
        return [view for x, ascent in pairs for view in (x[slot], *ascent.state(slot))]

    def _share(self, c: Canvas) -> float:
        """Weight of a sum over one stream's pixels; a still counts as often as it is shown."""
        return share(c) * (c.frames if self.setting.still(c) else 1)

    def _energy_gradient(self, x: Tensor, c: Canvas) -> Tensor:
        """Gradient of lambda_B N_B of one stream; N_B is homogeneous, so sigma is a factor."""
        p = self.parameters
        return regularizers.energy_gradient(x, alpha=p.alpha, weight=self._share(c) / p.sigma**p.alpha)


def share(c: Canvas) -> float:
    """Weight of a sum over one stream's pixels: 1 / HW, for T frames 1 / (HW T/10); the mean over segments."""
    return 1 / (c.area * c.segments * (c.snippet / 10 if c.snippet > 1 else 1))


def screen(parameters: Parameters, c: Canvas) -> float:
    """R_TV's weight on the level of a stream, 1 / px^2: of motion only, the square of 1 / how far it may spread."""
    distance = parameters.reach * min(c.stream.height, c.stream.width)
    return 1 / distance**2 if c.stream.kind == "motion" and distance else 0.0
