import random
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest

from benchmarks import faults
from benchmarks.product import Product

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


class Sleepers:
    """A product of one process that sleeps."""

    def __init__(self, folder: Path) -> None:
        self.data = folder
        self.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    def pids(self, _part: str) -> list[int]:
        return [self.process.pid]

    def state(self) -> str:
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_what_is_killed_is_dead(tmp_path: Path) -> None:
    product = Sleepers(tmp_path)
    faults.kill("worker")(cast(Product, product), random.Random(0))
    assert product.process.wait(60) == -9


def test_what_is_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    product, seen = Sleepers(tmp_path), []
    monkeypatch.setattr(time, "sleep", lambda _seconds: seen.append(product.state()))
    faults.stop("worker", 1, 2)(cast(Product, product), random.Random(0))
    assert len(seen) == 1
    assert product.process.poll() is None
    product.process.kill()
    product.process.wait()


def test_a_part_that_is_not_there_is_left_alone(tmp_path: Path) -> None:
    product = Sleepers(tmp_path)
    product.process.kill()
    product.process.wait()
    faults.kill("worker")(cast(Product, product), random.Random(0))


def test_what_cannot_be_had_says_why() -> None:
    assert [fault.name for fault in faults.all_faults(small_disk=False) if fault.why_not] == ["disk full"]
    assert not any(fault.why_not for fault in faults.all_faults(small_disk=True))


def test_a_disk_is_filled_to_the_last_byte_and_freed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not faults.mount(disk, megabytes=2):
        pytest.skip("mounting is not allowed here")
    try:
        product, left = Sleepers(disk), []

        def look(_seconds: float) -> None:
            with pytest.raises(OSError, match="No space"):
                (disk / "one").write_bytes(b"x" * 8192)
            left.append((disk / "filler").stat().st_size)

        monkeypatch.setattr(time, "sleep", look)
        faults.disk_full(cast(Product, product), random.Random(0))
        product.process.kill()
        product.process.wait()
        assert left[0] > 1_500_000
        assert not (disk / "filler").exists()
    finally:
        faults.unmount(disk)
