import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from redis import Redis

from backend.app import create_app
from backend.atlas.asking import Answer, Asking
from backend.tokens import Tokens
from contract.settings import Settings
from contract.shelf import Shelf
from tests.fakes import CARD


def app(settings: Settings, queue_server: Redis, picture_server: Redis) -> FastAPI:
    Shelf(queue_server).publish(CARD)
    return create_app(settings, queue_server=queue_server, picture_server=picture_server)


def ask(asking: Asking, path: str, query: dict | None = None) -> Answer:
    """From a thread of its own: a browser that other tests use may have left an event loop in this one."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, asking.get(path, query)).result()


def test_the_server_answers_who_knows_its_token(tmp_path, queue_server: Redis, picture_server: Redis):
    settings = Settings(data=tmp_path, demo_card=tmp_path / "none", token="secret-of-this-test-only")
    asked = app(settings, queue_server, picture_server)
    known = ask(Asking(asked, "secret-of-this-test-only"), "/models/tiny/layers/motion.conv3_1")
    assert (known.status, known.json["units"]) == (200, 64)
    assert ask(Asking(asked, "wrong"), "/models").status == 401


def test_problems_are_answers(tmp_path, queue_server: Redis, picture_server: Redis):
    assert Tokens(tmp_path, "").holders() == []
    asked = app(Settings(data=tmp_path, demo_card=tmp_path / "none"), queue_server, picture_server)
    said = ask(Asking(asked, ""), "/models/tiny/layers/conv1/units", {"sort": "slwo"})
    assert (said.status, said.json["did_you_mean"]) == (404, ["slow"])
