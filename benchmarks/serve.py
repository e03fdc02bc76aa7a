"""How much one server process carries.

Pictures, unchanged answers, lists, open event streams, a crowd that asks for one unit.
"""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import bare, load
from benchmarks.clients import ASK, body
from benchmarks.product import Product, free_port, wait_for_port
from benchmarks.report import Report
from benchmarks.stub import BYTES, COMPUTED
from contract.connection import connect

PICTURE = 200_000
CONNECTIONS = 16
SECONDS = 8.0
TURNS = 4
STREAMS = 500
CROWD = 200
FILES = 4096
"""Open files that this process needs, and may have to be allowed."""


def measure(report: Report) -> None:
    """Add every figure to `report`."""
    _allow_files()
    folder = Path(tempfile.mkdtemp(prefix="kt-serve-", dir="/tmp"))
    (folder / "data").mkdir()
    product = Product(folder / "data", folder, workers=1, seconds=1.0)
    product.environment[BYTES] = str(PICTURE)
    try:
        product.start()
        media = _computed(product)
        _pictures(report, product, media)
        _crowd(report, product, folder)
        _streams(report, product)
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


def _computed(product: Product) -> str:
    """The address of a picture of a computed unit."""
    while (view := product.get(ASK, body(1)))["state"] != "finished":
        time.sleep(0.1)
    return f"{product.url}{view['media']}appearance.webp"


def _pictures(report: Report, product: Product, media: str) -> None:
    (pid,) = product.pids("server")
    pictures, least = _beside_bare(media, pid)
    report.add("picture_rps", pictures.rate, "1/s", ">= 1500")
    report.add("picture_p99_ms", pictures.percentile(0.99), "ms", "<= 50")
    report.add("bare_rps", least.rate, "1/s")
    report.add("bare_p99_ms", least.percentile(0.99), "ms")
    report.add("picture_of_bare", pictures.rate / least.rate)
    report.add("picture_cpu_us", pictures.processor_us, "us")
    report.add("bare_cpu_us", least.processor_us, "us")
    tag = f'"{media.split("/")[-2]}-{media.split("/")[-1]}"'
    same = load.run(
        media, connections=CONNECTIONS, seconds=SECONDS / 2, status=304, headers=f"If-None-Match: {tag}\r\n"
    )
    lists = load.run(product.url + "/api/v1/models", connections=CONNECTIONS, seconds=SECONDS / 2)
    report.add("unchanged_rps", same.rate, "1/s")
    report.add("list_rps", lists.rate, "1/s")
    report.add("wrong_answers", pictures.failed + same.failed + lists.failed, "", "<= 0")
    with _nginx() as address:
        if address:
            report.add("nginx_rps", load.run(address, connections=CONNECTIONS, seconds=SECONDS / 2).rate, "1/s")
        else:
            print("skipped: nginx beside it: it is not installed")


def _beside_bare(media: str, pid: int) -> tuple[load.Load, load.Load]:
    """Our pictures, and as many bytes of a bare server, in turns: what else the machine does is the same for both."""
    with bare.serving(PICTURE) as other:
        turns = [
            [
                load.run(url, connections=CONNECTIONS, seconds=SECONDS / TURNS, of=of)
                for url, of in ((media, pid), other)
            ]
            for _ in range(TURNS)
        ]
    ours, theirs = (load.together(loads) for loads in zip(*turns, strict=True))
    return ours, theirs


@contextmanager
def _nginx() -> Iterator[str]:
    """An nginx that serves a file of the same size; "" where there is none."""
    program = shutil.which("nginx")
    if program is None:
        yield ""
        return
    folder, port = Path(tempfile.mkdtemp(prefix="kt-nginx-", dir="/tmp")), free_port()
    folder.chmod(0o755)
    (folder / "picture").write_bytes(bytes(PICTURE))
    (folder / "conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error; worker_processes 1; events {{}} http {{ "
        f"access_log off; keepalive_requests 1000000; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    process = subprocess.Popen([program, "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}/picture"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _crowd(report: Report, product: Product, runtime: Path) -> None:
    """Many clients at once: for one unit, then each for its own."""
    start = threading.Barrier(CROWD)

    def ask(unit: int) -> Any:
        start.wait()
        return product.get(ASK, body(unit), seconds=60)["id"]

    with ThreadPoolExecutor(CROWD) as crowd:
        (identity,) = set(crowd.map(ask, [2] * CROWD))
        begun = time.perf_counter()
        ids = set(crowd.map(ask, range(1000, 1000 + CROWD)))
        report.add("crowd_s", time.perf_counter() - begun, "s")
    while product.get(f"{ASK}/{identity}")["state"] != "finished":
        time.sleep(0.1)
    report.add("same_unit_computed", _times_computed(runtime, identity), "", "1 to 1")
    report.add("different_units", len(ids), "", f">= {CROWD}")


def _times_computed(runtime: Path, identity: str) -> int:
    (path,) = runtime.glob("kinetoscope-*/queue.sock")
    with connect(f"unix://{path}") as server:
        count: Any = server.hget(COMPUTED, identity)
    return int(count or 0)


def _streams(report: Report, product: Product) -> None:
    """What open event streams cost, and how long an event takes to reach them all."""
    (pid,) = product.pids("server")
    before = resident(pid)
    clients = []
    for _ in range(STREAMS):
        clients.append(socket.create_connection(("127.0.0.1", product.port), timeout=30))
        clients[-1].sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for client in clients:
        _read_until(client, b": hello\n\n")
    report.add("streams_mb", (resident(pid) - before) / 1e6, "MB", "<= 200")
    begun = time.perf_counter()
    identity = product.get(ASK, body(3))["id"].encode()
    for client in clients:
        _read_until(client, identity)
    report.add("event_to_all_s", time.perf_counter() - begun, "s")
    for client in clients:
        client.close()


def _read_until(client: socket.socket, text: bytes) -> None:
    """Read until the text has come. Raises OSError."""
    seen = b""
    while text not in seen:
        part = client.recv(65536)
        if not part:
            raise ConnectionError("the server closed the stream")
        seen = seen[-200:] + part


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()
