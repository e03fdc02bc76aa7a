"""Networks of every family through the whole product: units early, midway and last, asked for as the page does.

KINETOSCOPE_FAMILIES names fewer or others of them, separated by commas.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_run import Product, start, tree
from tests.conftest import wait_for
from worker.models import weights

__all__ = ["start"]

ROOT = Path(__file__).parent.parent
FAMILIES = (
    "mfnet,i3d,resnet3d_50,resnext3d_101,slow_r50,slowfast_r50,x3d_s,csn_r101,two_stream_vgg16,fusion_vgg16,"
    "fusion_vgg16_3d,st_resnet_50,st_multiplier_50,tsn_bn_inception,tsn_inception_v3,two_stream_i3d"
)
GROWTH = 32e6
"""Bytes that the server may grow by from the first network to the last; their weights are a hundred times as large."""


def resident(pid: int) -> int:
    """Bytes of a process in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def look(product: Product, data: Path, name: str) -> None:
    """Have three units of a network computed by a worker of its own."""
    weights.randomize(name, data=data)
    queue, pictures = product.sockets()
    environment = {**os.environ, "REDIS_URL": queue, "CACHE_URL": pictures}
    command = [sys.executable, "-m", "cli", "worker", "--data", str(data), "--device", "cpu"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(lambda: name in [item["name"] for item in product.get("/api/v1/models")["items"]], seconds=300)
        layers = product.get(f"/api/v1/models/{name}/layers")["items"]
        chosen = [layer["path"] for layer in layers if layer["recommended"]]
        for path in (chosen[0], chosen[len(chosen) // 2], chosen[-1]):
            body = {"model": name, "layer": path, "unit": 1, "parameters": {"steps": 2, "jitter": 0}}
            asked = product.get("/api/v1/visualizations", body)["id"]
            wait_for(lambda: ended(product, asked), seconds=600)  # noqa: B023 - called here only
            state = product.get(f"/api/v1/visualizations/{asked}")
            assert state["state"] == "finished", (name, path, state)
    finally:
        worker.terminate()
        worker.wait(60)
    weights.forget(name, data=data)


def ended(product: Product, identity: str) -> bool:
    return product.get(f"/api/v1/visualizations/{identity}")["state"] in {"finished", "failed", "canceled"}


@pytest.mark.long
def test_every_family_is_shown_and_the_server_stays_as_small_as_it_was(
    start: Callable[[Path], Product], tmp_path: Path
) -> None:
    product = start(tmp_path)
    (server,) = [pid for pid, line in tree(product.process.pid).items() if " serve" in line or "uvicorn" in line]
    sizes = []
    for name in os.environ.get("KINETOSCOPE_FAMILIES", FAMILIES).split(","):
        look(product, tmp_path, name)
        sizes.append(resident(server))
        print(f"{name}: the server holds {sizes[-1] / 1e6:.0f} MB", flush=True)
    assert sizes[-1] - sizes[0] < GROWTH
