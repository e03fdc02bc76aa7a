"""A reader under a coverage-guided fuzzer: `python -m tests.worker.models.guided READER SCRATCH CORPUS -runs=... ...`.

READER: caffemodel or labels, files; or mat, the tree of values that a .mat file is read to. The libraries that read
the file itself crash on damaged ones within seconds, so that they work in a process of their own, into which the fuzzer
cannot look (worker/models/matlab.py). SCRATCH: a folder for the file that is read. The rest are options of libFuzzer,
which ends the process with an error at anything but a value or a ModelProblem, at an input that takes too long
(-timeout), or too much memory (-rss_limit_mb).
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import atheris
import numpy as np

with atheris.instrument_imports(include=["worker.models"], enable_loader_override=False):
    from worker.models import checkpoint, labels, matconvnet, matlab

from contract.errors import ModelProblem

KEYS = ("net", "layers", "params", "name", "type", "value", "weights", "filters", "biases", "inputs", "outputs")
TYPES = ("conv", "bnorm", "dagnn.Conv", "dagnn.BatchNorm", "relu")
NAMES = ("a", "b", "c", "d")
KINDS = (np.float32, np.float64, np.uint8, np.complex64, np.bool_, object)
DEEPEST = 5


def pick(source: atheris.FuzzedDataProvider, values: Sequence[Any]) -> Any:
    """One of several."""
    return values[source.ConsumeIntInRange(0, len(values) - 1)]


def array(source: atheris.FuzzedDataProvider) -> np.ndarray:
    """An array of up to six axes, most of the time of floating point numbers."""
    sizes = [source.ConsumeIntInRange(0, 4) for _ in range(source.ConsumeIntInRange(0, 6))]
    kind = np.float32 if source.ConsumeIntInRange(0, 3) else pick(source, KINDS)
    return np.full(sizes, source.ConsumeIntInRange(0, 200)).astype(kind)


def tree(source: atheris.FuzzedDataProvider, depth: int = 0) -> Any:
    """Values as a .mat file may hold them: text, arrays, cells, structures."""
    kind = source.ConsumeIntInRange(0, 3 if depth < DEEPEST else 1)
    if kind == 0:
        return pick(source, (*KEYS, *TYPES, *NAMES, "", "²"))
    if kind == 1:
        return array(source)
    if kind == 2:
        return [tree(source, depth + 1) for _ in range(source.ConsumeIntInRange(0, 4))]
    return {pick(source, KEYS): tree(source, depth + 1) for _ in range(source.ConsumeIntInRange(0, 5))}


def cells(source: atheris.FuzzedDataProvider, make: Callable[[], Any]) -> Any:
    """A list of what `make` makes, now and then of anything."""
    return tree(source) if source.ConsumeIntInRange(0, 9) == 0 else [make() for _ in range(pick(source, (1, 2, 3, 0)))]


def network(source: atheris.FuzzedDataProvider) -> dict[str, Any]:
    """A tree in the outline of a network, now and then any tree."""
    if source.ConsumeIntInRange(0, 9) == 0:
        found = tree(source)
        return found if isinstance(found, dict) else {"net": found}

    def name() -> str:
        return pick(source, NAMES)

    def layer() -> dict[str, Any]:
        held = {key: cells(source, name) for key in ("params", "inputs", "outputs")}
        weights = cells(source, lambda: array(source))
        return {"name": name(), "type": pick(source, TYPES), "weights": weights, **held}

    params = cells(source, lambda: {"name": name(), "value": array(source)})
    found = {"layers": cells(source, layer), "params": params}
    if source.ConsumeBool():
        del found["params"]
    return found


def of_tree(data: bytes) -> None:
    """What comes after the libraries."""
    found = network(atheris.FuzzedDataProvider(data))
    matlab.read = lambda _path: found
    with contextlib.suppress(ModelProblem):
        matconvnet.read(Path("file.mat"))


def of_file(name: str, scratch: Path) -> Callable[[bytes], None]:
    """Reads bytes as a file of that kind."""
    path = scratch / f"file.{name}"
    read = labels.read if name == "labels" else checkpoint.read

    def once(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(ModelProblem):
            read(path)

    return once


if __name__ == "__main__":
    target = of_tree if sys.argv[1] == "mat" else of_file(sys.argv[1], Path(sys.argv[2]))
    atheris.Setup([sys.argv[0], *sys.argv[3:]], target)
    atheris.Fuzz()
