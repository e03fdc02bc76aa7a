import math

import cv2
import numpy as np
import pytest
import torch

from worker.analyses.spectra import RINGS, SECTORS, likeness, spectrum


def grating(angle: float, period: float, *, channels: int = 3, frames: int = 1, phase: float = 0.0) -> torch.Tensor:
    """A wave of direction `angle` and a little noise, (channels, frames, 64, 64)."""
    rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    wave = torch.cos(2 * math.pi / period * (columns * math.cos(angle) + rows * math.sin(angle)) + phase)
    noise = 0.01 * torch.randn(channels, frames, 64, 64, generator=torch.Generator().manual_seed(int(100 * angle)))
    return 50 * wave + noise


@pytest.mark.parametrize(("angle", "sector"), [(0.2, 0), (0.6, 1), (1.8, 4), (3.0, 7)])
@pytest.mark.parametrize(("period", "ring"), [(3.0, 0), (6.0, 1), (12.0, 2)])
def test_a_grating_lies_in_its_bin(angle, sector, period, ring):
    found = spectrum(grating(angle, period))
    assert found.shape == (RINGS, SECTORS)
    assert divmod(int(found.argmax()), SECTORS) == (ring, sector)


def test_the_same_structure_in_picture_and_motion_is_alike_whatever_the_phase():
    picture, motion = grating(0.6, 6.0), grating(0.6, 6.0, channels=2, frames=10, phase=1.3)
    assert likeness(spectrum(picture), spectrum(motion)) > 0.9
    across = grating(0.6 + math.pi / 2, 6.0, channels=2, frames=10)
    assert likeness(spectrum(picture), spectrum(across)) < 0.3


def test_smoothness_alone_makes_nothing_alike():
    smooth = []
    for seed in range(8):
        noise = torch.randn(3, 64, 64, generator=torch.Generator().manual_seed(seed)).numpy()
        blurred = [cv2.GaussianBlur(channel, (0, 0), 1.5) for channel in noise]
        smooth.append(torch.from_numpy(np.stack(blurred))[:, None])
    values = [likeness(spectrum(a), spectrum(b)) for i, a in enumerate(smooth) for b in smooth[:i]]
    assert abs(sum(values) / len(values)) < 0.2


def test_a_flat_picture_is_like_nothing():
    assert math.isnan(likeness(spectrum(torch.zeros(3, 1, 32, 32)), spectrum(grating(0.2, 6.0))))
