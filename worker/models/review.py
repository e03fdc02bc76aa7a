"""A look at a network that builds and traces: does it compute, and can its inputs be optimized?"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from contract.catalogue import ModelCard
from contract.errors import ModelProblem
from contract.spec import Parameters
from worker import calibrate, canvas
from worker.models import fault

MATTERS = 1e-3
"""Part of a layer's largest value that is more than rounding."""


def review(module: nn.Module, card: ModelCard) -> list[str]:
    """What the author should know, a sentence each. Raises ModelProblem where no picture could be made."""
    ((_, clip, _),) = calibrate.noise_samples(card, count=1)
    lively = [x * (Parameters().bound / x.abs().max()) for x in clip]  # as large as pixels of a picture may grow
    inputs = [canvas.to_network(x[None], s).requires_grad_() for x, s in zip(lively, card.streams, strict=True)]
    try:
        with calibrate.capture(module, [layer.path for layer in card.layers]) as outputs:
            module(*inputs)
            first = dict(outputs)
            with torch.no_grad():
                module(*inputs)
    except Exception as reason:  # the user's forward runs here
        low, high = min(float(x.detach().min()) for x in inputs), max(float(x.detach().max()) for x in inputs)
        raise ModelProblem(
            f"forward fails on noise ({low:.2f} to {high:.2f}, as pictures may reach): {fault.words(reason)}."
        ) from reason
    last = first.get(card.class_layer or "", next(iter(first.values())))
    if not torch.isfinite(last).all():
        raise ModelProblem("the network's output holds values that are not finite numbers: are the weights right?")
    _check_gradient(last, inputs, card)
    return [*_about_randomness(first, outputs), *_about_batches(module, inputs), *_about_card(card)]


def _check_gradient(output: Tensor, inputs: list[Tensor], card: ModelCard) -> None:
    advice = "Does forward use torch.no_grad, detach, numpy or rounding? Pictures are found by gradients."
    if not output.requires_grad:
        raise ModelProblem(f"no gradient reaches the inputs. {advice}")
    slopes = torch.autograd.grad(output.sum(), inputs, allow_unused=True)
    for stream, slope in zip(card.streams, slopes, strict=True):
        if slope is None or not slope.any():
            raise ModelProblem(f"the output does not depend on the input {stream.name!r}. {advice}")


def _about_randomness(first: dict[str, Tensor], second: dict[str, Tensor]) -> list[str]:
    moved = next((path for path, output in first.items() if _differ(output.detach(), second[path])), None)
    if moved is None:
        return []
    advice = "functional.dropout needs training=self.training"
    return [f"The same input gives other values at {moved} each time: forward is random ({advice})."]


def _differ(first: Tensor, second: Tensor) -> bool:
    """By more than another order of summation makes."""
    return first.shape != second.shape or bool((first - second).abs().max() > MATTERS * first.abs().max())


def _about_batches(module: nn.Module, inputs: list[Tensor]) -> list[str]:
    """The CPU runs one clip at a time through a whole network."""
    try:
        with torch.no_grad():
            module(*[torch.cat([x, x]) for x in inputs])
    except Exception as reason:  # as above
        return [
            f"forward takes one clip at a time ({fault.words(reason)}): on a GPU, which is given several, jobs fail."
        ]
    return []


def _about_card(card: ModelCard) -> list[str]:
    remarks = []
    for stream in card.streams:
        if stream.kind != "motion" and not any(stream.mean) and stream.span == 255:
            remarks.append(f"Stream {stream.name!r} states no mean and std: the network is given colours from 0 to 1.")
    if not card.classes:
        remarks.append('No class names: "classes" takes a list, a file, or the name of a known list.')
    if not card.citation:
        remarks.append('No "citation": say where the network and its weights come from.')
    return remarks
