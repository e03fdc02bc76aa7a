"""Names of weights: the same network is saved under other names by other projects. Tables turn them into ours."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from torch import Tensor

from contract.errors import ModelProblem

PREFIXES = ("module.", "model.", "backbone.", "net.", "network.", "encoder.")
"""What wrappers put before every name."""

Table = tuple[tuple[str, str], ...]
"""Patterns and what they become, in order."""

VIDEO_SWIN: Table = (
    (r"^backbone\.", ""),
    (r"^cls_head\.fc_cls\.", "head."),
    (r"^layers\.(\d)\.blocks\.", r"features.2*\1."),
    (r"^layers\.(\d)\.downsample\.", r"features.2*\1+1."),
    (r"\.mlp\.fc1\.", ".mlp.0."),
    (r"\.mlp\.fc2\.", ".mlp.3."),
)
"""The authors' names and mmaction's, of Video Swin."""

CONVNEXT: Table = (
    (r"^downsample_layers\.(\d)\.", r"features.2*\1."),
    (r"^stages\.(\d)\.(\d+)\.", r"features.2*\1+1.\2."),
    (r"\.dwconv\.", ".block.0."),
    (r"^(features\..+\.\d+)\.norm\.", r"\1.block.2."),
    (r"\.pwconv1\.", ".block.3."),
    (r"\.pwconv2\.", ".block.5."),
    (r"\.gamma$", ".layer_scale"),
    (r"^norm\.", "classifier.0."),
    (r"^head\.", "classifier.2."),
)
"""The authors' names of ConvNeXt."""

VIT: Table = (
    (r"^patch_embed\.proj\.", "conv_proj."),
    (r"^cls_token$", "class_token"),
    (r"^pos_embed$", "encoder.pos_embedding"),
    (r"^blocks\.(\d+)\.", r"encoder.layers.encoder_layer_\1."),
    (r"\.norm1\.", ".ln_1."),
    (r"\.norm2\.", ".ln_2."),
    (r"\.attn\.qkv\.", ".self_attention.in_proj_"),
    (r"\.attn\.proj\.", ".self_attention.out_proj."),
    (r"\.mlp\.fc1\.", ".mlp.0."),
    (r"\.mlp\.fc2\.", ".mlp.3."),
    (r"^norm\.", "encoder.ln."),
    (r"^head\.", "heads.head."),
)
"""timm's names of ViT."""


def fit(
    found: Mapping[str, Tensor], wanted: Mapping[str, Tensor], tables: Sequence[Table] = (), *, classes: int = 0
) -> dict[str, Tensor]:
    """The tensors under the names of the network, whose own are `wanted`. tables: other projects' names.

    What has `classes` units in the network may have another number of them in the file.
    Raises ModelProblem with the first names that do not fit, and the nearest known ones.
    """
    candidates = [_renamed(bare, table) for bare in _bared(found) for table in ((), *tables)]
    best = max(candidates, key=lambda names: len(names.keys() & wanted.keys()))
    best = _without_biases(best, wanted)
    _check_names(best, wanted)
    fitted = {}
    for name, ours in wanted.items():
        theirs = best.get(name)
        if theirs is None:
            continue
        if theirs.shape == ours.shape:
            pass
        elif len(ours.shape) and len(ours) == classes and len(theirs.shape) and theirs[0].numel() == ours[0].numel():
            theirs = theirs.reshape(len(theirs), *ours.shape[1:])
        elif theirs.numel() == ours.numel():
            theirs = _laid_out(theirs, ours)
        else:
            raise ModelProblem(
                f"{name} has shape {tuple(theirs.shape)} in the file; the network's is {tuple(ours.shape)}."
            )
        fitted[name] = theirs.to(ours.dtype)
    return fitted


def _laid_out(theirs: Tensor, ours: Tensor) -> Tensor:
    """The same numbers in the network's shape.

    Filters over a stack of frames, (units, frames x channels, height, width), are ours over a clip of that many.
    Raises ModelProblem where rows and columns have changed places.
    """
    rows, columns = ours.shape[-2:] if ours.ndim >= 4 else (0, 0)
    if rows != columns and theirs.ndim >= 4 and theirs.shape[-2:] == (columns, rows):
        raise ModelProblem(f"filters of {tuple(theirs.shape)} in the file are none of {tuple(ours.shape)}.")
    if theirs.ndim == 4 and ours.ndim == 5 and theirs.shape[1] == ours.shape[1] * ours.shape[2]:
        theirs = theirs.unflatten(1, (ours.shape[2], ours.shape[1])).transpose(1, 2)
    return theirs.reshape(ours.shape)


def _without_biases(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A bias in front of a normalization is part of its mean, where the network has none there."""
    kept = dict(found)
    for name in found:
        mean = f"{name.removesuffix('conv.bias')}bn.running_mean"
        if name.endswith(".conv.bias") and name not in wanted and mean in found:
            kept[mean] = found[mean] - kept.pop(name)
    return kept


def _bared(found: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
    """The names as they are, and without each prefix that most of them have."""
    versions = [dict(found)]
    for _ in range(2):
        names = versions[-1]
        prefix = next((p for p in PREFIXES if 2 * sum(name.startswith(p) for name in names) > len(names)), None)
        if prefix is None:
            break
        versions.append({name.removeprefix(prefix): value for name, value in names.items()})
    return versions


def _renamed(names: Mapping[str, Tensor], table: Table) -> dict[str, Tensor]:
    renamed = {}
    for name, value in names.items():
        for pattern, becomes in table:
            name = re.sub(pattern, becomes, name)
        renamed[re.sub(r"2\*(\d)(\+1)?", lambda m: str(2 * int(m[1]) + bool(m[2])), name)] = value
    return renamed


def _check_names(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    unknown = [name for name in found if name not in wanted and not name.endswith("num_batches_tracked")]
    missing = [name for name in wanted if name not in found and not name.endswith(OPTIONAL)]
    if unknown:
        near = difflib.get_close_matches(unknown[0], list(missing or wanted), n=1, cutoff=0.3)
        hint = f"; the nearest of the network is {near[0]!r}" if near else ""
        raise ModelProblem(
            f"{len(unknown)} of {len(found)} names in the file are not the network's, the first {unknown[0]!r}{hint}. "
            "Is it a file of this network?"
        )
    if missing:
        raise ModelProblem(f"{len(missing)} of the network's weights are not in the file, the first {missing[0]!r}.")


OPTIONAL = ("num_batches_tracked", "relative_position_index")
"""Entries that the network knows by itself."""
