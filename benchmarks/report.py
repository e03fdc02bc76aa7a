"""The report of every `verify` and `bench` command: named values with targets, as a table and as JSON.

Knows nothing of what is measured.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_MATMUL_SIDE = 2048
_MATMUL_LEAST = 128
_MATMUL_ENOUGH_S = 0.02
"""A product that takes so long is measured as it is: without bf16 in the processor, 2048 a side would take a minute."""


@dataclass(frozen=True)
class Line:
    """One measured value; `ok` is None where there is no target."""

    name: str
    value: float
    unit: str
    target: str
    ok: bool | None

    def text(self, width: int = 40) -> str:
        """One line of the table. width: of the names."""
        mark = {True: "ok", False: "MISSED", None: ""}[self.ok]
        return f"{self.name:{width}s}  {self.value:>10.4g} {self.unit:6s} {self.target:12s} {mark}".rstrip()


@dataclass
class Report:
    """Results in the order in which they were added."""

    version: str
    machine: dict[str, str | int | float] = field(default_factory=dict)
    results: list[Line] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str = "", target: str = "", ok: bool | None = None) -> None:
        """Record a value. `target` like ">= .98" or ".4 to .75" is checked unless `ok` is given; empty: none."""
        value = float(value)
        self.results.append(Line(name, round(value, 6), unit, target, met(value, target) if ok is None else ok))

    @property
    def ok(self) -> bool:
        """Whether no target was missed."""
        return all(line.ok is not False for line in self.results)

    def write(self, path: Path) -> None:
        """Write as JSON: machine, version, results."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    def table(self) -> str:
        """The results as lines of text."""
        width = max((len(line.name) for line in self.results), default=0)
        return "\n".join(line.text(width) for line in self.results)


class Aloud(Report):
    """A report that also says each value when it is known: what takes an hour should not be silent until its end."""

    def add(self, name: str, value: float, unit: str = "", target: str = "", ok: bool | None = None) -> None:
        """Record a value, and print it to the standard error stream."""
        super().add(name, value, unit, target, ok)
        print(self.results[-1].text(), file=sys.stderr, flush=True)


def met(value: float, target: str) -> bool | None:
    """Whether `value` meets a target of the form ">= a", "<= a" or "a to b"; None for an empty one.

    Raises ValueError for any other form.
    """
    if not target:
        return None
    words = target.split()
    if len(words) == 2 and words[0] == ">=":
        return value >= float(words[1])
    if len(words) == 2 and words[0] == "<=":
        return value <= float(words[1])
    if len(words) == 3 and words[1] == "to":
        return float(words[0]) <= value <= float(words[2])
    raise ValueError(f"a target reads '>= a', '<= a' or 'a to b', not {target!r}")


def machine() -> dict[str, str | int | float]:
    """What the numbers were taken on, its speed in matrix products included."""
    import torch

    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "threads": torch.get_num_threads(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name(0) if torch.cuda.is_available() else "cpu",
        "matmul_gflops_fp32": round(matmul_gflops("float32"), 1),
        "matmul_gflops_bf16": round(matmul_gflops("bfloat16"), 1),
    }


def matmul_gflops(
    dtype: str,
    repeats: int = 5,
    *,
    device: torch.device | str = "cpu",
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Speed of a square matrix product, the median of `repeats`, in GFLOP per second of `clock`."""
    import torch

    most = _MATMUL_SIDE if torch.device(device).type == "cpu" else 4 * _MATMUL_SIDE

    def seconds(side: int, repeats: int) -> float:
        a = torch.randn(side, side, device=device).to(getattr(torch, dtype))
        float(torch.mm(a, a)[0, 0])
        taken = []
        for _ in range(repeats):
            started = clock()
            float(torch.mm(a, a)[0, 0])  # asked for, so that it is there
            taken.append(clock() - started)
        return statistics.median(taken)

    side = _MATMUL_LEAST if torch.device(device).type == "cpu" else most
    while side < most and seconds(side, 1) < _MATMUL_ENOUGH_S:
        side *= 2
    return 2 * side**3 / seconds(side, repeats) / 1e9


def version() -> str:
    """The product's version, from pyproject.toml."""
    import tomllib

    project = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return tomllib.loads(project.read_text())["project"]["version"]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
