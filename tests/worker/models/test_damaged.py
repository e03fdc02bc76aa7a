"""Files of weights and labels that nobody vouches for: damaged ones end in a line of words (`--long`: a great many).

Files are damaged at random; one whose outcome was not seen before joins those that are damaged further.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from contract.errors import ModelProblem
from tests.worker.models import caffemodel, matlab
from worker.models import checkpoint, labels

MANY = int(os.environ.get("KINETOSCOPE_FUZZ", "1000000"))
"""Damaged files of the quick readers; the slow ones, each in a process of its own, get a thousandth."""

FEW = 400
HANG = 60.0
"""Seconds; some readers are processes of their own, and the machine may be busy."""

MEMORY = 1 << 30
GUIDED_MEMORY = 1024 + 700
"""Megabytes of the fuzzer's process: what one input may take, beside torch and the libraries."""

ROOT = Path(__file__).parents[3]
SHARED = Path("/dev/shm")
ODD = (0, 1, 0x7F, 0x80, 0xFF)
TEXTS = ("0", "1", "²", "٣", "9" * 5000, " ", "\t", "\x00", "\ufeff", "\n", "a b")


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a million files on a disk take hours."""
    if not SHARED.is_dir():
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="kt-", dir=SHARED))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def samples(tmp_path: Path) -> dict[str, bytes]:
    """Whole files of every kind."""
    torch.manual_seed(0)
    kernel, statistics = torch.randn(2, 3, 2, 2), [torch.rand(1, 2, 1, 1) for _ in range(4)]
    layers = [("c", "Convolution", [kernel, torch.randn(2)]), ("b", "BN", statistics),
              ("n", "BatchNorm", [torch.rand(2), torch.rand(2), torch.ones(1)])]  # fmt: skip
    found = {
        f"caffe{older:d}.caffemodel": caffemodel.save(tmp_path / "net", layers[: 2 if older else 3], older=older)
        .read_bytes()
        for older in (False, True)
    }  # fmt: skip
    convolution = matlab.cell([matlab.filters(kernel), matlab.row(torch.randn(2))])
    simple = {"layers": matlab.cell([{"name": "c", "type": "conv", "weights": convolution}])}
    params = matlab.structures([{"name": "f", "value": matlab.filters(kernel)}])
    layer = {"name": "c", "type": "dagnn.Conv", "params": matlab.cell(["f"]), "inputs": matlab.cell(["x"]),
             "outputs": matlab.cell(["y"])}  # fmt: skip
    graph = {"layers": matlab.structures([layer]), "params": params}
    for version in matlab.FORMATS:
        for name, network in (("simple", simple), ("graph", graph)):
            path = matlab.save(tmp_path / f"{name}.mat", {"net": network}, version)
            found[f"{name}{version}.mat"] = path.read_bytes()
    torch.save({"state_dict": {"a.weight": kernel}}, tmp_path / "net.pth")
    found["net.pth"] = (tmp_path / "net.pth").read_bytes()
    return found


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out, doubled or cut off, in one to four places."""
    held = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not held:
            break
        at, size = chance.randrange(len(held)), chance.choice((1, 1, 2, 4, 8, 32))
        kind = chance.randrange(6)
        if kind == 0:
            held[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            held[at : at + size] = bytes(chance.choice(ODD) for _ in range(size))
        elif kind == 2:
            del held[at : at + size]
        elif kind == 3:
            held[at:at] = held[at : at + size]
        elif kind == 4:
            held[at:at] = chance.randbytes(size)
        else:
            del held[at:]
    return bytes(held)


def outcome(read: Callable[[Path], Any], path: Path) -> str:
    """What a reader made of a file: sorts of values, or a problem without its numbers and names."""
    begun = time.monotonic()
    try:
        found = read(path)
    except ModelProblem as problem:
        found = problem.detail
    assert time.monotonic() - begun < HANG
    if isinstance(found, str):
        assert found
        assert "\n" not in found, found
        return re.sub(r"[^ -~]|[0-9]+|'[^']*'", "", found)[:160]
    assert isinstance(found, dict | tuple)
    return f"{type(found).__name__} of {min(len(found), 9)}"


def attack(read: Callable[[Path], Any], path: Path, sample: bytes, *, count: int) -> int:
    """Damage a file again and again; how many different outcomes there were."""
    chance, seen, corpus = random.Random(0), set(), [sample]
    for _ in range(count):
        data = damaged(chance.choice(corpus), chance)
        path.write_bytes(data)
        try:
            said = outcome(read, path)
        except ModelProblem:
            raise
        except Exception as error:
            raise AssertionError(f"{type(error).__name__}: {error} at {data[:400]!r}") from error
        if said not in seen:
            seen.add(said)
            corpus.append(data)
    return len(seen)


QUICK = ("caffe0.caffemodel", "caffe1.caffemodel")
SLOW = ("simple5.mat", "graph5.mat", "simple7.3.mat", "graph7.3.mat", "net.pth")


@pytest.mark.parametrize("name", [*QUICK, "net.pth"])
def test_a_damaged_file_ends_in_a_line_of_words(scratch: Path, samples: dict[str, bytes], name: str) -> None:
    count = FEW if name in QUICK else FEW // 10
    assert attack(checkpoint.read, scratch / name, samples[name], count=count) >= 2


@pytest.mark.long
@pytest.mark.parametrize("name", [*QUICK, *SLOW])
def test_a_great_many_damaged_files(scratch: Path, samples: dict[str, bytes], name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    attack(checkpoint.read, scratch / name, samples[name], count=MANY // 2 if name in QUICK else MANY // 1000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MEMORY


@pytest.mark.long
@pytest.mark.parametrize("reader", ["caffemodel", "labels", "mat"])
def test_a_guided_fuzzer_finds_nothing(scratch: Path, samples: dict[str, bytes], reader: str) -> None:
    """Coverage-guided: inputs that go a new way in the reader are changed further. 5 s and 1 GB for each."""
    pytest.importorskip("atheris", reason="install requirements-fuzz.txt")
    corpus = scratch / "corpus"
    corpus.mkdir()
    for name, data in {**samples, "a.labels": b"0 a\n1 b\n", "b.labels": b"a\nb c\n"}.items():
        if name.endswith(reader) and reader != "mat":  # there it is values that are made up, not files
            (corpus / name).write_bytes(data)
    command = [sys.executable, "-m", "tests.worker.models.guided", reader, str(scratch), str(corpus)]
    limits = [f"-runs={MANY}", "-timeout=5", f"-rss_limit_mb={GUIDED_MEMORY}", "-max_len=16384"]
    ended = subprocess.run(
        [*command, *limits, f"-artifact_prefix={scratch}/", "-print_final_stats=1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(ended.stderr[-2000:])
    assert ended.returncode == 0, ended.stderr[-4000:]


def listing(chance: random.Random) -> bytes:
    lines = ["".join(chance.choices(TEXTS, k=chance.randint(0, 4))) for _ in range(chance.randint(0, 6))]
    text = "\n".join(lines).encode("utf-8")
    return damaged(text, chance) if chance.random() < 0.3 else text


@pytest.mark.parametrize("count", [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.long)])
def test_a_list_of_labels_is_read_or_refused(scratch: Path, count: int) -> None:
    chance, path = random.Random(0), scratch / "labels.txt"
    for _ in range(count):
        path.write_bytes(listing(chance))
        try:
            outcome(labels.read, path)
        except Exception as error:
            raise AssertionError(f"{type(error).__name__}: {error} at {path.read_bytes()[:400]!r}") from error
