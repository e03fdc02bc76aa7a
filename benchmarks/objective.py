"""The regularized objective that an optimum reached, from its pictures and its activation."""

from __future__ import annotations

import torch
from torch import Tensor

from contract.catalogue import ModelCard
from contract.spec import Parameters
from worker import canvas, regularizers
from worker.canvas import Canvas
from worker.optimum import Optimum
from worker.priors.paper import screen, share


def reached(card: ModelCard, optimum: Optimum) -> float:
    """gain a / (rho^2 ahat) - lambda_B N_B - lambda_TV R_TV of a living unit (docs/method.md)."""
    parameters, layer = optimum.spec.parameters, card.layer(optimum.spec.layer)
    frame = canvas.plan(card, layer, jitter=0)
    side = max(max(c.height, c.width) for c in frame)
    rho = min(layer.receptive_field or side, side)
    assert optimum.activation is not None
    value = parameters.gain / rho**2 * optimum.activation / optimum.reference
    seen = [c for c in frame if c.stream.name in optimum.inputs]
    return value - sum(float(cost(optimum.inputs[c.stream.name][None], c, parameters)) for c in seen)


def cost(x: Tensor, c: Canvas, p: Parameters) -> Tensor:
    """lambda_B N_B + lambda_TV R_TV of one stream, (batch,). x: (batch, channel, time, height, width)."""
    weight = p.motion_tv if c.stream.kind == "motion" else 1.0
    kappa, chi = torch.tensor([p.kappa]), torch.tensor([p.chi])
    energy = regularizers.energy(x / p.sigma, alpha=p.alpha)
    variation = torch.zeros_like(energy)
    for piece in x.chunk(c.segments, 2):
        variation += regularizers.variation(piece / p.smoothness, kappa=kappa, chi=chi, screen=screen(p, c))
    return share(c) * (energy + weight * variation)
