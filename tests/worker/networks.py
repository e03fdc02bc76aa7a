"""Small networks with every way of reading a map that the cone must follow exactly."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Residual3d(nn.Module):
    """Strides, batch normalization, in-place ReLU, identity and projected shortcuts: (N, 3, T, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv3d(3, 8, (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False)
        self.stem_norm = nn.BatchNorm3d(8)
        self.first, self.first_norm = nn.Conv3d(8, 8, 3, padding=1, bias=False), nn.BatchNorm3d(8)
        self.second, self.second_norm = nn.Conv3d(8, 8, 3, padding=1, bias=False), nn.BatchNorm3d(8)
        self.down, self.down_norm = nn.Conv3d(8, 12, 3, 2, 1, bias=False), nn.BatchNorm3d(12)
        self.up = nn.Conv3d(12, 12, 3, padding=1)
        self.shortcut = nn.Conv3d(8, 12, 1, 2)
        self.relu = nn.ReLU(inplace=True)
        self.last = nn.Conv3d(12, 6, 3, padding=1, groups=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.stem_norm(self.stem(x)))
        y = self.second_norm(self.second(self.relu(self.first_norm(self.first(x)))))
        y += x
        x = self.relu(y)
        x = self.relu(self.up(self.relu(self.down_norm(self.down(x)))) + self.shortcut(x))
        return self.last(x).mean((2, 3, 4))


class Branches2d(nn.Module):
    """Branches, concatenation, pools of every kind, dilation, padding of one side, constants: (N, 3, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding="same")
        self.wide = nn.Conv2d(8, 4, 3, padding=2, dilation=2)
        self.point = nn.Conv2d(8, 4, 1)
        self.pooled = nn.Conv2d(8, 4, 1)
        self.gain = nn.Parameter(torch.rand(12, 1, 1) + 0.5)
        self.mix = nn.Conv2d(12, 8, 3, stride=2)
        self.last = nn.Conv2d(8, 5, 3, padding=1, dilation=1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.gelu(self.stem(x))
        near = functional.max_pool2d(x, 3, 1, 1)
        parts = [functional.relu(self.wide(x)), self.point(x).sigmoid(), self.pooled(near)]
        x = torch.cat(parts, 1) * self.gain
        x = functional.max_pool2d(x, 3, 2, 1, ceil_mode=True)
        x = functional.silu(self.mix(functional.pad(x, (1, 0, 0, 1))))
        x = functional.avg_pool2d(x, 2, 1)
        return self.last(functional.dropout(x, 0.5, self.training)).mean((2, 3))


class Gated(nn.Module):
    """A squeeze-excite gate in front of the last convolution: every cell sees the whole frame."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.gate = nn.Conv2d(4, 4, 1)
        self.last = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.last(x * self.gate(x.mean((2, 3), keepdim=True)).sigmoid()).mean((2, 3))


class Reused(nn.Module):
    """A value that is read again after it was changed in place."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.last = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        y = functional.relu(x, inplace=True)
        return self.last(x + 2 * y).mean((2, 3))


def ready(network: nn.Module, *, seed: int = 0) -> nn.Module:
    """Random weights and random running statistics, in evaluation mode and fp64."""
    generator = torch.Generator().manual_seed(seed)
    for part in network.modules():
        if isinstance(part, (nn.BatchNorm2d, nn.BatchNorm3d)):
            part.running_mean = torch.randn(part.num_features, generator=generator) * 0.3
            part.running_var = torch.rand(part.num_features, generator=generator) + 0.5
            part.weight.data = torch.rand(part.num_features, generator=generator) + 0.5
            part.bias.data = torch.randn(part.num_features, generator=generator) * 0.3
    return network.double().eval().requires_grad_(False)


def by_hook(network: nn.Module, layer: str, x: Tensor, units: Tensor, cell: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Activation and input gradient by the plain way: whole network, hook, automatic differentiation."""
    seen: dict[str, Tensor] = {}
    handle = network.get_submodule(layer).register_forward_hook(lambda _m, _i, out: seen.update(out=out.clone()))
    x = x.clone().requires_grad_()
    network(x)
    handle.remove()
    activation = seen["out"][(slice(None), slice(None), *cell)].gather(1, units)
    (gradient,) = torch.autograd.grad(activation.sum(), x)
    return activation.detach(), gradient
