"""MATLAB files of both formats, read in a process of their own.

Format 5 is read with scipy, format 7.3 (HDF5) with h5py: optional packages, as few users have such files. Damaged files
can make these libraries crash or ask for any amount of memory, so they work elsewhere, within limits, and hand over
plain values: a tree as JSON, and arrays without anything pickled.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from contract.errors import ModelProblem
from worker import child

NEEDED = "requirements-matlab.txt"
HDF5 = b"MATLAB 7.3"
"""How files of the later format begin."""

SECONDS = 600.0
ROOM, SHARE = 1 << 30, 20
"""Bytes of memory that reading may take, and besides for each byte of the file: format 5 is compressed."""

TREE, ARRAYS = "tree.json", "arrays.npz"


def read(path: Path) -> dict[str, Any]:
    """The variables of a file: dictionaries (structures), lists (cells, arrays of structures), text and arrays.

    Raises ModelProblem, in one line.
    """
    _library("h5py" if _is_late(path) else "scipy.io")
    with tempfile.TemporaryDirectory(prefix="kinetoscope-") as folder:
        ended, _ = child.run("worker.models.matlab", [str(path.resolve()), folder], seconds=SECONDS)
        tree = Path(folder) / TREE
        if ended == 0 and tree.is_file():
            found = json.loads(tree.read_text())
            if "problem" not in found:
                with np.load(Path(folder) / ARRAYS, allow_pickle=False) as arrays:
                    return _grown(found["tree"], arrays)
            why = found["problem"]
        else:
            why = "its reader did not come to an end" if ended is None else "its reader broke down"
    raise ModelProblem(f"{path.name} is a MATLAB file that is damaged or cut short: {why}.")


def main(arguments: list[str]) -> None:
    """The other process: write what is in a file to a folder, or what is wrong."""
    path, folder = Path(arguments[0]), Path(arguments[1])
    child.end_with_parent()
    child.offer_to_die_first()
    _limit(path.stat().st_size)
    arrays: dict[str, np.ndarray] = {}
    try:
        found = {"tree": _felled(_hdf5(path) if _is_late(path) else _format5(path), arrays)}
        np.savez(folder / ARRAYS, allow_pickle=False, **arrays)
    except Exception as reason:  # the readers raise many kinds on damaged files
        why = " ".join(str(reason).split())[:200].rstrip(".")
        found = {"problem": why or type(reason).__name__}
    (folder / TREE).write_text(json.dumps(found))


def _is_late(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HDF5)) == HDF5


def _limit(size: int) -> None:
    with contextlib.suppress(ImportError, OSError, ValueError, IndexError):
        import resource

        held = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
        limit = held + ROOM + SHARE * size
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _felled(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """A tree without its arrays, which are put into `arrays`."""
    if isinstance(value, dict):
        return {"fields": {str(name): _felled(each, arrays) for name, each in value.items()}}
    if isinstance(value, list):
        return {"items": [_felled(each, arrays) for each in value]}
    if isinstance(value, np.ndarray | np.generic):
        name = f"a{len(arrays)}"
        arrays[name] = np.asarray(value)
        return {"array": name}
    return str(value)


def _grown(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """The tree with its arrays."""
    if isinstance(value, str):
        return value
    if "fields" in value:
        return {name: _grown(each, arrays) for name, each in value["fields"].items()}
    if "items" in value:
        return [_grown(each, arrays) for each in value["items"]]
    return arrays[value["array"]]


def _format5(path: Path) -> dict[str, Any]:
    return {name: _plain(value) for name, value in importlib.import_module("scipy.io").loadmat(path).items()}


def _plain(value: Any) -> Any:
    """scipy's arrays as dictionaries (structures), lists (cells, arrays of structures), text and numbers."""
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.names:
        found = [{name: _plain(each[name]) for name in value.dtype.names} for each in value.flatten(order="F")]
        return found[0] if len(found) == 1 else found
    if value.dtype == object:
        return [_plain(each) for each in value.flatten(order="F")]
    return "".join(value.flatten()) if value.dtype.kind == "U" else value


def _hdf5(path: Path) -> dict[str, Any]:
    with importlib.import_module("h5py").File(path) as file:
        return {name: _followed(file[name], file) for name in file if not name.startswith("#")}


def _followed(item: Any, file: Any) -> Any:
    """As `_plain`, of an HDF5 group or data set as MATLAB writes it: references to parts, sizes reversed."""
    if hasattr(item, "keys"):
        fields = {name: item[name] for name in item}
        if fields and all(_refers(field) and "MATLAB_class" not in field.attrs for field in fields.values()):
            columns = {name: _parts(field, file) for name, field in fields.items()}
            return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return {name: _followed(field, file) for name, field in fields.items()}
    kind = bytes(item.attrs.get("MATLAB_class", b"")).decode()
    if item.attrs.get("MATLAB_empty", 0):
        return "" if kind == "char" else [] if kind == "cell" else np.zeros(0)
    if _refers(item):
        return _parts(item, file)
    value = np.asarray(item).T
    return "".join(map(chr, value.flatten(order="C"))) if kind == "char" else value


def _refers(item: Any) -> bool:
    return not hasattr(item, "keys") and item.dtype == object


def _parts(item: Any, file: Any) -> list[Any]:
    return [_followed(file[reference], file) for reference in np.asarray(item).T.flatten(order="F")]


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as reason:
        package = name.partition(".")[0]
        raise ModelProblem(
            f"MATLAB files of this format need the package {package!r}: .venv/bin/python -m pip install -r {NEEDED}"
        ) from reason


if __name__ == "__main__":
    main(sys.argv[1:])
