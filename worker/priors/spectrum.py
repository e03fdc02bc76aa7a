"""Pictures made from waves over space and time, so that no frequency is favoured more than in nature.

Natural pictures have amplitudes that fall as 1/f. Here f^2 = kappa f_space^2 + chi f_time^2, the quadratic form of
R_TV: chi makes a clip slow as it does in the method.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from contract.catalogue import Stream
from contract.spec import VisualizationSpec
from worker import canvas
from worker.priors.adam import Adam
from worker.priors.setting import Setting

COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
"""Square root of the colour correlation of natural images, as in Lucid (Olah et al., Distill 2017)."""


class Spectrum:
    """The state that both spectral priors share; a subclass says what its numbers are."""

    RATE: float
    NESTEROV = False

    def __init__(self, setting: Setting) -> None:
        """Streams that the layer does not see stay grey."""
        self.setting, self.parameters = setting, setting.parameters
        self.segments = [1 if setting.still(c) else c.segments for c in setting.canvases]
        shapes, device = [apart(*each) for each in zip(setting.shapes(), self.segments, strict=True)], setting.device
        self.numbers = [torch.zeros(self.size(shape), device=device) for shape in shapes]
        self.amplitudes = [torch.zeros(shape[0], 1, *half(shape[2:]), device=device) for shape in shapes]
        self.extents = [shape[2:] for shape in shapes]
        self.adams = [Adam(x, rate=self.RATE, nesterov=self.NESTEROV) for x in self.numbers]

    def size(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of the numbers that make pictures of `shape`."""
        raise NotImplementedError

    def draw(self, numbers: Tensor, generator: torch.Generator) -> Tensor:
        """First numbers of one slot."""
        raise NotImplementedError

    def waves(self, numbers: Tensor, amplitude: Tensor) -> Tensor:
        """Complex spectra of the pictures before colour and range."""
        raise NotImplementedError

    def begin(self, slot: int, spec: VisualizationSpec, generator: torch.Generator) -> None:
        """Fresh numbers, and the amplitudes that the spec's kappa and chi allow."""
        for place, (numbers, extent) in enumerate(zip(self.numbers, self.extents, strict=True)):
            numbers[slot] = self.draw(numbers[slot], generator).to(numbers)
            self.amplitudes[place][slot] = falloff(extent, kappa=self.parameters.kappa, chi=spec.parameters.chi)
            self.adams[place].begin(slot)

    def pictures(self) -> list[Tensor]:
        """Grey levels about the mean, per stream."""
        with torch.no_grad():
            return [self._picture(place, numbers) for place, numbers in enumerate(self.numbers)]

    def advance(self, gradients: list[Tensor], decay: Tensor) -> None:
        """One step of Adam on the numbers."""
        for place, gradient in enumerate(gradients):
            if self.setting.seen[place]:
                leaf = self.numbers[place].detach().requires_grad_()
                (slope,) = torch.autograd.grad(self._picture(place, leaf), leaf, gradient)
                self.numbers[place] = self.numbers[place] + self.adams[place].step(slope, decay)

    def state(self, slot: int) -> list[Tensor]:
        """The numbers, and the past of their optimizer."""
        pairs = zip(self.numbers, self.adams, strict=True)
        return [view for numbers, adam in pairs for view in (numbers[slot], *adam.state(slot))]

    def _picture(self, place: int, numbers: Tensor) -> Tensor:
        extent, stream = self.extents[place], self.setting.canvases[place].stream
        z = torch.fft.irfftn(self.waves(numbers, self.amplitudes[place]), s=extent, norm="ortho")
        z = z.unflatten(1, (-1, self.segments[place])).flatten(2, 3)
        return in_range(z, stream) if self.setting.seen[place] else torch.zeros_like(z)


def apart(shape: tuple[int, ...], segments: int) -> tuple[int, ...]:
    """Segments of a clip as channels, so that no wave goes through two: (slots, channel x segments, snippet, ...)."""
    slots, channels, frames, *sides = shape
    return (slots, channels * segments, frames // segments, *sides)


def half(extent: Sequence[int]) -> tuple[int, ...]:
    """Extent of a real picture's spectrum."""
    return (*extent[:-1], extent[-1] // 2 + 1)


def falloff(extent: Sequence[int], *, kappa: float, chi: float) -> Tensor:
    """1/f of every wave of a (time, height, width) picture, with the longest side as the largest wavelength."""
    frames, rows = (torch.fft.fftfreq(n) for n in extent[:2])
    columns = torch.fft.rfftfreq(extent[2])
    square = kappa * (rows[None, :, None] ** 2 + columns[None, None, :] ** 2) + chi * frames[:, None, None] ** 2
    return square.clamp_min(1 / max(extent) ** 2).rsqrt()


def in_range(z: Tensor, stream: Stream) -> Tensor:
    """Colour mixed as in nature and squeezed into what a picture can hold; motion squeezed alone."""
    if stream.kind == "motion":
        return 127.5 * torch.tanh(z)
    mix = torch.tensor(COLOURS, device=z.device)
    mix = mix / mix.norm(dim=0).max()
    levels = 255 * torch.sigmoid(torch.einsum("dc,bcthw->bdthw", mix, z))
    return levels - canvas.grey_mean(stream).to(z).view(1, 3, 1, 1, 1)
