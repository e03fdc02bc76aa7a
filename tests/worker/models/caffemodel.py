"""Caffe models written by Google's protobuf library, from a description of the few messages that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

OPTIONAL, REPEATED = 1, 3
DOUBLE, FLOAT, INT64, INT32, STRING, MESSAGE = 1, 2, 3, 5, 9, 11
MESSAGES = {
    "BlobShape": [("dim", 1, REPEATED, INT64, "")],
    "BlobProto": [("num", 1, OPTIONAL, INT32, ""), ("channels", 2, OPTIONAL, INT32, ""),
                  ("height", 3, OPTIONAL, INT32, ""), ("width", 4, OPTIONAL, INT32, ""),
                  ("data", 5, REPEATED, FLOAT, ""), ("diff", 6, REPEATED, FLOAT, ""),
                  ("shape", 7, OPTIONAL, MESSAGE, "BlobShape")],
    "LayerParameter": [("name", 1, OPTIONAL, STRING, ""), ("type", 2, OPTIONAL, STRING, ""),
                       ("bottom", 3, REPEATED, STRING, ""), ("phase", 10, OPTIONAL, INT32, ""),
                       ("loss_weight", 5, REPEATED, FLOAT, ""), ("blobs", 7, REPEATED, MESSAGE, "BlobProto")],
    "V1LayerParameter": [("name", 4, OPTIONAL, STRING, ""), ("type", 5, OPTIONAL, INT32, ""),
                         ("blobs", 6, REPEATED, MESSAGE, "BlobProto")],
    "NetParameter": [("name", 1, OPTIONAL, STRING, ""), ("layers", 2, REPEATED, MESSAGE, "V1LayerParameter"),
                     ("layer", 100, REPEATED, MESSAGE, "LayerParameter")],
}  # fmt: skip
"""Fields: name, number, label, type, message; the numbers are those of caffe.proto."""

Layer = tuple[str, str, Sequence[Tensor]]
"""Name, type, arrays."""


def save(path: Path, layers: Sequence[Layer], *, older: bool = False) -> Path:
    """A model; `older`: with version 1 layers, and four sizes for every array."""
    net = _classes()["NetParameter"]()
    net.name = "net"
    for name, kind, arrays in layers:
        layer = net.layers.add() if older else net.layer.add()
        layer.name = name
        if not older:
            layer.type, layer.phase = kind, 1
            layer.bottom.append("data")
            layer.loss_weight.append(0.5)
        for array in arrays:
            blob = layer.blobs.add()
            blob.data.extend(array.flatten().tolist())
            if older:
                sizes = [1] * (4 - array.ndim) + list(array.shape)
                blob.num, blob.channels, blob.height, blob.width = sizes
            else:
                blob.shape.dim.extend(array.shape)
    path.write_bytes(net.SerializeToString())
    return path


def _classes() -> dict[str, Any]:
    reason = "pip install -r requirements-dev.txt"
    described = pytest.importorskip("google.protobuf.descriptor_pb2", reason=reason)
    pools = pytest.importorskip("google.protobuf.descriptor_pool", reason=reason)
    factory = pytest.importorskip("google.protobuf.message_factory", reason=reason)
    file = described.FileDescriptorProto(name="caffe.proto", package="caffe", syntax="proto2")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, label, kind, of in fields:
            made = message.field.add(name=field, number=number, label=label, type=kind)
            if of:
                made.type_name = f".caffe.{of}"
            if label == REPEATED and kind in {FLOAT, INT64}:
                made.options.packed = True
    pool = pools.DescriptorPool()
    pool.Add(file)
    return {name: factory.GetMessageClass(pool.FindMessageTypeByName(f"caffe.{name}")) for name in MESSAGES}
