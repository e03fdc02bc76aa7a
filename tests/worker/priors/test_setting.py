"""Shapes of the pictures that a prior is asked for."""

from dataclasses import replace

import torch

from contract.spec import Parameters
from tests.worker.planted import CLIP, linear_two_stream
from worker import canvas
from worker.priors import Setting


def test_only_a_still_clip_has_a_single_frame():
    card = linear_two_stream().card
    canvases = canvas.plan(card, card.layer("fusion"), jitter=1)
    filmed = replace(canvases[0], stream=CLIP, frames=6)
    size = canvases[0].shape()[2:]
    for still, frames in ((False, 6), (True, 1)):
        setting = Setting(Parameters(still=still), [filmed, canvases[1]], 3, [True, True], torch.device("cpu"))
        assert setting.shapes() == [(3, 3, frames, *size), (3, 2, 4, *size)]
