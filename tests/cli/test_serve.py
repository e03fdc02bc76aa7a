import asyncio
import signal

import pytest
import uvicorn

from cli.__main__ import main
from cli.serve import PromptServer


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("REDIS_URL", "CACHE_URL", "KINETOSCOPE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_queue_the_user_is_told_what_to_do(capsys):
    assert main(["serve"]) == 2
    assert "REDIS_URL" in capsys.readouterr().err


def test_a_network_address_without_a_token_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("REDIS_URL", "redis://nowhere")
    assert main(["serve", "--host", "0.0.0.0"]) == 1
    assert "KINETOSCOPE_TOKEN" in capsys.readouterr().err


def test_open_streams_are_told_to_end_when_the_server_is():
    closing = asyncio.Event()

    async def app(scope, receive, send):
        """Nothing."""

    server = PromptServer(uvicorn.Config(app), closing)
    server.handle_exit(signal.SIGTERM, None)
    assert closing.is_set()
    assert server.should_exit
