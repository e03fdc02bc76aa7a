"""torchvision's networks: video models on Kinetics-400, and image models, as one frame, for comparison.

Sizes, normalization, frame rates, classes, accuracies and addresses are read from torchvision's own weights entries.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from torch import nn

from contract.catalogue import Stream
from worker.models import keys
from worker.models.known import Known, Published
from worker.models.sheet import Sheet

FRAMES_AT_MOST = 32
"""Longer clips than that are averaged over by the networks that were tested on them (S3D: 128)."""

TRAN = "Tran et al.: A closer look at spatiotemporal convolutions for action recognition, CVPR 2018."
SWIN = "Liu et al.: Video Swin Transformer, CVPR 2022."
RESNET = "He et al.: Deep residual learning for image recognition, CVPR 2016."

PAPERS = {
    "r3d_18": ("R3D-18", TRAN),
    "mc3_18": ("MC3-18", TRAN),
    "r2plus1d_18": ("R(2+1)D-18", TRAN),
    "s3d": ("S3D", "Xie et al.: Rethinking spatiotemporal feature learning, ECCV 2018."),
    "mvit_v1_b": ("MViTv1-B", "Fan et al.: Multiscale vision transformers, ICCV 2021."),
    "mvit_v2_s": ("MViTv2-S", "Li et al.: MViTv2: improved multiscale vision transformers, CVPR 2022."),
    "swin3d_t": ("Video Swin-T", SWIN),
    "swin3d_s": ("Video Swin-S", SWIN),
    "swin3d_b": ("Video Swin-B", SWIN),
    "vgg16": ("VGG-16", "Simonyan, Zisserman: Very deep convolutional networks, ICLR 2015."),
    "resnet18": ("ResNet-18", RESNET),
    "resnet50": ("ResNet-50", RESNET),
    "convnext_tiny": ("ConvNeXt-T", "Liu et al.: A ConvNet for the 2020s, CVPR 2022."),
    "vit_b_16": ("ViT-B/16", "Dosovitskiy et al.: An image is worth 16x16 words, ICLR 2021."),
}
"""Names in torchvision, titles, papers."""


def keep(_network: nn.Module) -> None:
    """torchvision's networks start themselves."""


def network(name: str) -> nn.Module:
    """The network with random weights."""
    from torchvision import models

    return models.get_model(name, weights=None)


def published(name: str) -> Published:
    """Where a network's weights are, by torchvision's word."""
    entry = _entry(name)
    file = entry.url.rsplit("/", 1)[-1]
    found = re.search(r"-([0-9a-f]{8,})\.", file)
    return Published(entry.url, file, found[1] if found else "", float(entry.meta["_file_size"]))


def sheet(name: str) -> Sheet:
    """What torchvision states of a network."""
    entry, (title, paper) = _entry(name), PAPERS[name]
    data, accuracy = next(iter(entry.meta["_metrics"].items()))
    return Sheet(
        title=f"{title} on {data.removesuffix('-1K')}",
        description=_plain(entry.meta["_docs"]),
        streams=(_stream(entry),),
        classes=tuple(entry.meta["categories"]),
        citation=paper,
        licence="code: BSD-3-Clause (torchvision)",
        accuracy={key: round(value / 100, 4) for key, value in accuracy.items()},
    )


KNOWN = {
    name: Known(
        title=title,
        build=partial(network, name),
        sheet=partial(sheet, name),
        published=partial(published, name),
        tables=(keys.VIDEO_SWIN, keys.CONVNEXT, keys.VIT),
        start=keep,
    )
    for name, (title, _) in PAPERS.items()
}


def _plain(text: str) -> str:
    """Without the marks of reStructuredText."""
    return " ".join(re.sub(r"\s*<[^>]*>`_|`", "", text).split())


def _stream(entry: Any) -> Stream:
    transforms = entry.transforms()
    side = transforms.crop_size
    shared = {"height": side[0], "width": side[-1], "mean": tuple(transforms.mean), "std": tuple(transforms.std)}
    said = dict(re.findall(r"`(\w+)=([\d.]+)`", entry.meta["_docs"]))
    if "clip_len" not in said:
        return Stream(name="image", kind="appearance", frames=1, layout="CHW", **shared)
    frames, rate = min(int(said["clip_len"]), FRAMES_AT_MOST), float(said["frame_rate"])
    return Stream(name="clip", kind="clip", frames=frames, fps=rate, layout="CTHW", **shared)


def _entry(name: str) -> Any:
    """torchvision's entry for the weights: the first one, which is the paper's recipe."""
    from torchvision import models

    return next(iter(models.get_model_weights(name)))
