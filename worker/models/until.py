"""A network that ends with one of its layers, whatever its forward pass does."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class _Reached(Exception):
    """Carries the layer's output out of the forward pass."""

    def __init__(self, output: Tensor) -> None:
        self.output = output


class Until(nn.Module):
    """A network that ends with a layer."""

    def __init__(self, network: nn.Module, layer: str) -> None:
        super().__init__()
        self.network, self.layer = network, layer

    def forward(self, *inputs: Tensor) -> Tensor:
        """The layer's output. Raises RuntimeError where the layer does not run."""

        def stop(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            raise _Reached(output)

        handle = self.network.get_submodule(self.layer).register_forward_hook(stop)
        try:
            self.network(*inputs)
        except _Reached as reached:
            return reached.output
        finally:
            handle.remove()
        raise RuntimeError(f"layer {self.layer!r} did not run in a forward pass")
