import sys
from pathlib import Path

import pytest

from benchmarks.clients import ASK, body
from benchmarks.product import Product
from tests.conftest import alive, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def test_it_computes_with_stubs_and_stops_without_a_trace(tmp_path: Path, runtime: Path) -> None:
    (tmp_path / "data").mkdir()
    product = Product(tmp_path / "data", runtime, workers=1, seconds=0.0)
    product.start()
    try:
        pids = [pid for part in ("server", "worker", "queue", "pictures") for pid in product.pids(part)]
        assert len(pids) == 4
        wait_for(lambda: product.get("/api/v1/workers")["total"] == 1)
        wait_for(lambda: product.get(ASK, body(7))["state"] == "finished")
    finally:
        product.stop()
    assert not any(alive(pid) for pid in pids)
    assert not product.is_ready()
