"""Weights in Caffe's .caffemodel files: of protocol buffers' wire format just what is needed for named arrays.

A file is a message of fields: a key (number and wire type), then a number, or so many bytes. Fields by caffe.proto:
NetParameter.layer 100 (name 1, type 2, blobs 7), its older layers 2 (name 4, blobs 6); BlobProto.shape 7, data 5, and
num, channels, height, width 1-4 in older files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from contract.errors import ModelProblem

SUFFIX = ".caffemodel"
VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""Wire types: a number, 8 bytes, so many bytes, 4 bytes."""

Field = tuple[int, int | memoryview]


def read(path: Path) -> dict[str, Tensor]:
    """The weights of a file under their layers' names, batch normalization under torch's. Raises ModelProblem."""
    weights: dict[str, Tensor] = {}
    try:
        for number, value in _fields(memoryview(path.read_bytes())):
            if number in {100, 2} and isinstance(value, memoryview):
                weights |= _layer(value, older=number == 2)
    except (ValueError, IndexError, OverflowError) as reason:
        raise ModelProblem(f"{path.name} is damaged, cut short or no Caffe model: {reason}.") from reason
    if not weights:
        raise ModelProblem(f"{path.name} holds no weights: is it a Caffe model, not its .prototxt?")
    return weights


def _layer(message: memoryview, *, older: bool) -> dict[str, Tensor]:
    names = {4: "name", 6: "blobs"} if older else {1: "name", 2: "type", 7: "blobs"}
    name, kind, blobs = "", "", []
    for number, value in _fields(message):
        if isinstance(value, memoryview) and number in names:
            if names[number] == "blobs":
                blobs.append(_blob(value))
            elif names[number] == "name":
                name = bytes(value).decode(errors="replace")
            else:
                kind = bytes(value).decode(errors="replace")
    if kind == "BatchNorm" and len(blobs) == 3:  # sums, and how many they are of
        count = blobs[2].flatten()[0].clamp_min(1e-12)
        return {f"{name}.running_mean": blobs[0].flatten() / count, f"{name}.running_var": blobs[1].flatten() / count}
    parts = ("weight", "bias", "running_mean", "running_var")
    if len(blobs) > len(parts):
        raise ValueError(f"the layer {name!r} has {len(blobs)} arrays, which is not known")
    normalizes = len(blobs) > 2
    return {
        f"{name}.{part}": blob.flatten() if normalizes or part == "bias" else blob
        for part, blob in zip(parts, blobs, strict=False)
    }


def _blob(message: memoryview) -> Tensor:
    shape: list[int] = []
    sizes = {1: 1, 2: 1, 3: 1, 4: 1}
    data: list[np.ndarray] = []
    for number, value in _fields(message):
        if number == 7 and isinstance(value, memoryview):
            shape = [each for field, dims in _fields(value) if field == 1 for each in _numbers(dims)]
        elif number in sizes and isinstance(value, int):
            sizes[number] = value
        elif number == 5 and isinstance(value, memoryview):
            data.append(np.frombuffer(value, "<f4"))
    array = np.concatenate(data) if data else np.zeros(0, np.float32)
    shape = shape or _without_ones(list(sizes.values()))
    if int(np.prod(shape)) != array.size:
        raise ValueError(f"an array of {array.size} numbers states the shape {tuple(shape)}")
    return torch.from_numpy(array.reshape(shape).astype(np.float32))


def _without_ones(shape: list[int]) -> list[int]:
    """Older files give every array four sizes: (1, 1, units, channels) is a linear map's."""
    return shape[2:] if shape[:2] == [1, 1] else shape


def _numbers(value: int | memoryview) -> list[int]:
    if isinstance(value, int):
        return [value]
    numbers, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(number)
    return numbers


def _fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message in order. Raises ValueError where it is none."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        size = {EIGHT: 8, FOUR: 4}.get(wire)
        if size is None:
            if wire != BYTES:
                raise ValueError(f"there is no wire type {wire}")
            size, at = _varint(message, at)
        if at + size > len(message):
            raise ValueError("it ends within a field")
        yield number, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Seven bits a byte, the lowest first; the highest bit says that there is more."""
    number = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("it ends within a number")
        byte = message[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at
