"""Other projects' activation maximization, as they ship it but for the random transforms; for images, as they are.

Measured where they are installed: `pip install torch-lucent torch-dreams` with what they need. Nothing else uses them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from torch import nn

FEW, MORE = 1, 4
"""Lengths of two runs; their difference leaves out what is done once."""

Run = Callable[[nn.Module, str, int, int], object]
"""(network, dotted path of a layer, side of the picture, steps)."""


def lucent(module: nn.Module, layer: str, side: int, steps: int) -> object:
    """torch-lucent: unit 0 of a layer over its whole map, Fourier parameterization, Adam. Raises ImportError."""
    from lucent.optvis import param, render  # type: ignore[import-not-found]

    name = layer.replace(".", "_") + ":0"
    options = {"thresholds": (steps,), "transforms": [], "progress": False, "show_image": False}
    return render.render_vis(module, name, param_f=lambda: param.image(side), **options)


def dreams(module: nn.Module, layer: str, side: int, steps: int) -> object:
    """torch-dreams: the mean of a layer, Fourier parameterization, AdamW. Raises ImportError."""
    from torch_dreams import Dreamer  # type: ignore[import-not-found]

    dreamer = Dreamer(module, device="cpu", quiet=True)
    dreamer.set_custom_transforms(nn.Identity())
    return dreamer.render(layers=[module.get_submodule(layer)], width=side, height=side, iters=steps)


PEERS: dict[str, Run] = {"torch_lucent": lucent, "torch_dreams": dreams}


def seconds(run: Run, module: nn.Module, layer: str, side: int) -> float | None:
    """CPU seconds per step; None where the peer is not installed."""
    taken = []
    module.requires_grad_(True)
    try:
        for steps in (FEW, FEW, MORE):
            started = time.process_time()
            run(module, layer, side, steps)
            taken.append(time.process_time() - started)
    except ImportError:
        return None
    finally:
        module.requires_grad_(False)
        module.zero_grad()
    return (taken[2] - taken[1]) / (MORE - FEW)
