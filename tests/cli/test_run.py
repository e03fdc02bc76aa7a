"""The product as a user starts it, but for the worker, whose place a fake one takes where it is needed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli import run
from cli.__main__ import main
from cli.run import Place, children
from cli.supervisor import Child, Supervisor
from contract.connection import connect
from contract.settings import Settings, read
from contract.shelf import Shelf
from tests.conftest import alive, wait_for
from tests.fakes import CARD, spec

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree(pid: int) -> dict[int, str]:
    """Children of a process and their command lines."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@dataclass
class Product:
    process: subprocess.Popen[str]
    port: int
    runtime: Path

    def get(self, path: str, body: dict | None = None) -> dict:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def answers(self) -> bool:
        try:
            return self.get("/readyz")["status"] == "ok"
        except (urllib.error.URLError, OSError):
            return False

    def sockets(self) -> tuple[str, str]:
        (folder,) = self.runtime.glob("kinetoscope-*")
        return f"unix://{folder}/queue.sock", f"unix://{folder}/pictures.sock"

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)


Start = Callable[[Path], Product]


@pytest.fixture
def start(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    products: list[Product] = []
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    for name in ("REDIS_URL", "CACHE_URL", "KINETOSCOPE_TOKEN"):
        environment.pop(name, None)

    def begin(data: Path) -> Product:
        port = free_port()
        options = ["--port", str(port), "--data", str(data), "--no-open", "--workers", "0"]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "run", *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        products.append(Product(process, port, runtime))
        wait_for(products[-1].answers)
        return products[-1]

    yield begin
    for product in products:
        if product.process.poll() is None:
            product.stop()
        if product.process.stdout:
            product.process.stdout.close()


def compute(product: Product) -> None:
    """Have one visualization computed by a fake worker."""
    queue, pictures = product.sockets()
    Shelf(connect(queue)).publish(CARD)
    product.get("/api/v1/visualizations", {"model": "tiny", "layer": "conv1", "unit": 1})
    worker = subprocess.Popen([sys.executable, "-m", "tests.fake_worker", queue, pictures, "0", "-1"], cwd=ROOT)
    try:
        wait_for(lambda: product.get("/api/v1/models/tiny/coverage")["layers"]["conv1"]["slow"] == 1)
    finally:
        worker.terminate()
        worker.wait()


def test_it_starts_answers_and_stops_without_a_trace(start: Start, tmp_path: Path, runtime: Path) -> None:
    product = start(tmp_path)
    assert product.get("/api/v1/workers")["total"] == 0
    pids = tree(product.process.pid)
    assert len(pids) == 3
    assert product.stop() == 0
    assert not any(alive(pid) for pid in pids)
    assert not list(runtime.glob("kinetoscope-*"))
    assert product.process.stdout
    assert f"http://127.0.0.1:{product.port}/" in product.process.stdout.read()


def test_results_and_waiting_jobs_survive_a_restart(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path)
    compute(first)
    first.get("/api/v1/visualizations", {"model": "tiny", "layer": "conv1", "unit": 2})
    first.stop()
    second = start(tmp_path)
    assert second.get(f"/api/v1/visualizations/{spec(1).id}")["state"] == "finished"
    assert second.get(f"/api/v1/visualizations/{spec(2).id}")["state"] == "queued"
    assert second.get("/api/v1/models")["items"][-1]["name"] == "tiny"


@pytest.mark.parametrize("part", ["cli serve", "queue.sock", "pictures.sock"])
def test_a_part_that_is_killed_comes_back_and_nothing_is_lost(start: Start, tmp_path: Path, part: str) -> None:
    product = start(tmp_path)
    compute(product)
    (pid,) = [pid for pid, command in tree(product.process.pid).items() if part in command]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: any(part in command for command in tree(product.process.pid).values()))
    wait_for(product.answers)
    assert product.get(f"/api/v1/visualizations/{spec(1).id}")["state"] == "finished"
    assert product.get("/api/v1/jobs")["total"] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word at the parent's death is Linux's")
def test_nothing_outlives_a_killed_supervisor_and_nothing_is_lost(start: Start, tmp_path: Path, runtime: Path) -> None:
    product = start(tmp_path)
    compute(product)
    pids = tree(product.process.pid)
    product.process.kill()
    product.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids))
    (left,) = runtime.glob("kinetoscope-*")
    assert start(tmp_path).get(f"/api/v1/visualizations/{spec(1).id}")["state"] == "finished"
    assert not left.exists()


def test_one_data_folder_is_for_one_instance(start: Start, tmp_path: Path) -> None:
    start(tmp_path)
    options = ["--port", str(free_port()), "--data", str(tmp_path), "--no-open", "--workers", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "cli", "run", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "--data" in done.stderr


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["run", "--port", str(free_port()), "--data", str(tmp_path / "file" / "x"), "--no-open"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_damaged_queue_is_said_with_the_place_to_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "queue" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "queue" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense")
    options = ["--data", str(tmp_path), "--no-open", "--workers", "0"]
    assert main(["run", "--port", str(free_port()), *options]) == 1
    assert str(tmp_path / "queue" / "server.log") in capsys.readouterr().err


def test_a_server_that_the_user_names_is_used_instead_of_our_own(tmp_path: Path) -> None:
    place = Place(host="127.0.0.1", port=8000, data=tmp_path, runtime=tmp_path)
    settings = Settings(data=tmp_path, redis_url="redis://lab", cache_url="redis://cache")
    crew = children(settings, place, environ={}, workers=2)
    assert [child.name for child in crew] == ["Worker auto", "Worker auto", "The server"]
    assert all(child.environment["REDIS_URL"] == "redis://lab" for child in crew)
    assert all(child.environment["CACHE_URL"] == "redis://cache" for child in crew)


def test_the_device_of_the_setting_is_the_workers() -> None:
    place = Place(host="127.0.0.1", port=8000, data=Path("/d"), runtime=Path("/tmp"))
    settings = Settings(data=Path("/d"), redis_url="redis://lab", cache_url="redis://lab", device="cuda:1")
    worker = children(settings, place, environ={}, workers=None)[0]
    assert worker.command[-2:] == ["--device", "cuda:1"]


def test_whether_there_is_a_first_look_is_said_to_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[Child]] = []

    class Still(Supervisor):
        def start(self) -> None:
            made.append(self._children)

        def watch(self) -> None:
            pass

    monkeypatch.setattr(run, "Supervisor", Still)
    monkeypatch.delenv("KINETOSCOPE_FIRST_LOOK")
    for option in ("--no-first-look", "--no-open"):
        assert main(["run", "--port", str(free_port()), "--data", str(tmp_path), "--no-open", option]) == 0
    assert [read(parts[-1].environment).first_look for parts in made] == [False, True]


def test_workers_keep_their_memory_and_the_server_gives_it_back(tmp_path: Path) -> None:
    place = Place(host="127.0.0.1", port=1, data=tmp_path, runtime=tmp_path)
    settings = Settings(data=tmp_path, redis_url="redis://elsewhere", cache_url="redis://elsewhere")
    worker, server = children(settings, place, environ={"MALLOC_MMAP_MAX_": "0", "OMP_WAIT_POLICY": "x"}, workers=1)
    assert worker.environment["MALLOC_MMAP_MAX_"] == "0"
    assert "MALLOC_MMAP_MAX_" not in server.environment
    assert server.environment["MALLOC_ARENA_MAX"] == "2"
    assert server.environment["OMP_WAIT_POLICY"] == "x"
