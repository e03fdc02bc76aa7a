"""The server on real queue and picture servers, a page of two files, and a worker that works when told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.settings import ROOT, Settings
from contract.shelf import Shelf
from contract.store import Store
from tests.conftest import wait_for
from tests.fakes import CARD, FakeEngine
from worker.jobs import Services
from worker.process import WarmWorker


@dataclass
class Crew:
    """`work()` does all that waits in the queue, then returns."""

    services: Services
    engine: FakeEngine
    shelf: Shelf

    def work(self) -> None:
        worker = WarmWorker(services=self.services, engine=self.engine, shelf=self.shelf, device="cpu")
        worker._install_signal_handlers = lambda: None  # type: ignore[method-assign]
        worker.work(burst=True, logging_level="ERROR")


@pytest.fixture
def crew(queue_server: Redis, picture_server: Redis) -> Crew:
    shelf = Shelf(queue_server)
    shelf.publish(CARD)
    services = Services(
        queue=JobQueue(queue_server),
        store=Store(picture_server),
        events=Events(queue_server),
        board=ProgressBoard(queue_server),
        worker="crew",
    )
    return Crew(services, FakeEngine(), shelf)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    (folder / "js").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Kinetoscope</title>")
    (folder / "sign-in.html").write_text((ROOT / "frontend" / "sign-in.html").read_text())
    (folder / "js" / "main.js").write_text("export const a = 1;\n")
    (folder / ".secret").write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    return folder


@pytest.fixture
def settings(tmp_path: Path, page: Path) -> Settings:
    return Settings(data=tmp_path / "data", frontend=page, demo_card=tmp_path / "none.json", first_look=False)


@pytest.fixture
def app(settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis) -> FastAPI:
    return create_app(settings, queue_server=queue_server, picture_server=picture_server)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of the server on a real port."""
    config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    app.state.closing.set()
    server.should_exit = True
    thread.join()


@pytest.fixture
def live(app: FastAPI) -> Iterator[str]:
    """The address of the server on a real port, for streams."""
    with serving(app) as address:
        yield address


@pytest.fixture
def filed(settings: Settings) -> Callable[[str], bool]:
    """Whether a result is on disk."""
    return lambda identity: (settings.data / "pictures" / identity[:2] / identity / "result.json").is_file()
