"""Weights from files that nobody vouches for: safetensors, PyTorch without running what is in it, MATLAB, Caffe."""

from __future__ import annotations

import pickle
import re
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from contract.errors import ModelProblem
from worker.models import caffe, matconvnet

HEADER_AT_MOST = 100_000_000
"""Bytes of a safetensors header; the library's own limit."""

WRAPPERS = ("state_dict", "model_state_dict", "model_state", "model", "net", "module", "weights", "ema")
"""Entries under which training scripts keep the weights."""

FOREIGN = {
    b"\x89HDF": "an HDF5 file that MATLAB did not write (Keras?)",
    b"<!DOC": "a web page, not the file behind it",
    b"<html": "a web page, not the file behind it",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"BZh": "a bzip2 archive: unpack it first",
    b"version https://git-lfs": "a pointer of Git LFS, not the file itself",
}
"""How files begin that are often taken for weights."""


def read(path: Path) -> dict[str, Tensor]:
    """The named tensors of a file, on the CPU. Raises ModelProblem, in one line."""
    try:
        start, size = _start(path)
    except OSError as reason:
        raise ModelProblem(f"{path} cannot be read: {reason.strerror}.") from reason
    foreign = next((words for magic, words in FOREIGN.items() if start.startswith(magic)), None)
    if foreign:
        raise ModelProblem(f"{path.name} is {foreign}.")
    if start.startswith(matconvnet.MAGIC):
        return matconvnet.read(path)
    if path.suffix == caffe.SUFFIX:
        return caffe.read(path)
    if start.startswith(b"PK"):
        _check_archive(path, size)
    elif not start.startswith(b"\x80"):
        return _safetensors(path, start, size)
    return _tensors(_torch(path, mapped=start.startswith(b"PK")), path)


def _start(path: Path) -> tuple[bytes, int]:
    with path.open("rb") as file:
        start, size = file.read(64), path.stat().st_size
    if size == 0:
        raise ModelProblem(f"{path.name} is empty (0 bytes).")
    return start, size


def _safetensors(path: Path, start: bytes, size: int) -> dict[str, Tensor]:
    length = struct.unpack("<Q", start[:8])[0] if len(start) >= 9 else 0
    if len(start) < 9 or start[8:9] != b"{":
        raise ModelProblem(f"{path.name} is neither safetensors nor a PyTorch file (it begins with {start[:8]!r}).")
    if length > min(HEADER_AT_MOST, size - 8):
        raise ModelProblem(f"{path.name} is damaged: its header claims {length:,} bytes, and the file has {size:,}.")
    try:
        return load_file(path)
    except (SafetensorError, ValueError, OSError) as reason:
        raise ModelProblem(f"{path.name} is damaged or cut short: {_line(reason)}.") from reason


def _check_archive(path: Path, size: int) -> None:
    """A PyTorch archive is stored, not compressed: whatever claims to hold more than its size is no honest one."""
    try:
        with zipfile.ZipFile(path) as archive:
            claimed = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except Exception as reason:  # the library raises many kinds on damaged files
        raise ModelProblem(f"{path.name} is damaged or cut short: {_line(reason)}.") from reason
    if claimed > size:
        raise ModelProblem(f"{path.name} claims to hold {claimed:,} bytes in a file of {size:,}; it is refused.")
    if not any(name.endswith("data.pkl") for name in names):
        raise ModelProblem(f"{path.name} is an archive without PyTorch weights; unpack it first.")
    if any("/code/" in name for name in names):
        raise ModelProblem(f"{path.name} is a TorchScript program; save the state_dict of the network instead.")


def _torch(path: Path, *, mapped: bool) -> Any:
    try:
        with warnings.catch_warnings(action="ignore"):
            return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except pickle.UnpicklingError as reason:
        named = re.search(r"(?:GLOBAL|global) `?([\w.]+)`?", str(reason))
        what = f" ({named[1]})" if named else ""
        raise ModelProblem(
            f"{path.name} holds pickled code{what} or is damaged; code is never run. Save the network's state_dict."
        ) from reason
    except Exception as reason:  # the readers raise many kinds on damaged files
        raise ModelProblem(f"{path.name} is damaged or cut short: {_line(reason)}.") from reason


def _tensors(found: Any, path: Path) -> dict[str, Tensor]:
    for wrapper in WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(wrapper), dict):
            found = found[wrapper]
            break
    if not isinstance(found, dict):
        raise ModelProblem(f"{path.name} holds a {type(found).__name__}, not named weights.")
    tensors = {str(name): value for name, value in found.items() if isinstance(value, Tensor)}
    if not tensors:
        raise ModelProblem(f"{path.name} holds no tensors; its entries are {', '.join(map(str, list(found)[:5]))}.")
    return tensors


def _line(reason: BaseException) -> str:
    return " ".join(str(reason).split())[:200].rstrip(".") or type(reason).__name__
