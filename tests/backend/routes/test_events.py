"""Server-sent events over a real connection."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from redis import Redis

from backend.app import create_app
from backend.routes.events import ENDED_AT_MOST, _Told
from contract.events import Event
from contract.progress import Progress
from contract.settings import Settings
from tests.backend.conftest import Crew, serving
from tests.conftest import wait_for
from tests.fakes import spec

ID, OTHER = spec(1).id, spec(2).id


@dataclass
class Heard:
    """What a client has been told, as (event, data, id)."""

    events: list[tuple[str, dict, str]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.events if kind != "workers"]


@contextmanager
def listening(live: str, *, ids: str = "", last: str = "") -> Iterator[Heard]:
    heard = Heard()
    headers = {"last-event-id": last} if last else {}
    client = httpx.Client(timeout=60)
    with client.stream("GET", f"{live}/api/v1/events", params={"ids": ids} if ids else {}, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        thread = threading.Thread(target=_read, args=(answer, heard), daemon=True)
        thread.start()
        assert heard.open.wait(60)
        yield heard


def _read(answer: httpx.Response, heard: Heard) -> None:
    event: dict[str, str] = {}
    try:
        for line in answer.iter_lines():
            heard.open.set()
            name, _, value = line.partition(": ")
            if line == "" and "event" in event:
                heard.events.append((event["event"], json.loads(event["data"]), event.get("id", "")))
            event = event | {name: value} if line else {}
    except httpx.HTTPError:
        return  # closed


def test_a_job_is_followed_from_the_queue_to_its_one_end(live: str, crew: Crew) -> None:
    with listening(live) as heard:
        httpx.post(f"{live}/api/v1/visualizations", json={"model": "tiny", "layer": "conv1", "unit": 1})
        crew.work()
        wait_for(lambda: "finished" in heard.kinds())
    assert heard.kinds() == ["queued", "started", "progress", "preview", "finished"]
    by_kind = {kind: data for kind, data, _ in heard.events}
    assert by_kind["queued"] == {"id": ID, "position": 1}
    assert by_kind["started"] == {"id": ID, "worker": "crew"}
    assert {"step", "steps", "activation", "eta_s"} <= set(by_kind["progress"])
    assert by_kind["preview"]["url"].startswith(f"/api/v1/media/{ID}/preview.webp")
    assert all(position for _, _, position in heard.events)


def test_only_the_wanted_are_told(live: str, crew: Crew) -> None:
    with listening(live, ids=ID) as heard:
        crew.services.events.publish(Event("queued", {"id": OTHER}), Event("queued", {"id": ID}))
        wait_for(lambda: heard.events)
        assert [data["id"] for _, data, _ in heard.events] == [ID]


def test_a_new_listener_is_told_the_present_state(live: str, crew: Crew) -> None:
    crew.services.queue.submit(spec(1))
    crew.work()
    crew.services.queue.submit(spec(2))
    crew.services.board.report({OTHER: Progress(step=3, steps=9, preview=2)})
    with listening(live, ids=f"{ID},{OTHER},{spec(3).id}") as heard:
        wait_for(lambda: len(heard.events) == 4)
    told = [(kind, data["id"]) for kind, data, _ in heard.events]
    assert ("finished", ID) in told
    assert [kind for kind, identity in told if identity == OTHER] == ["started", "progress", "preview"]


def test_who_comes_back_is_told_what_was_missed(live: str, crew: Crew) -> None:
    events = crew.services.events
    with listening(live, ids=ID) as heard:
        events.publish(Event("queued", {"id": ID}))
        wait_for(lambda: heard.events)
    events.publish(Event("started", {"id": ID}), Event("queued", {"id": OTHER}))
    events.end("finished", ID)
    with listening(live, ids=ID, last=heard.events[-1][2]) as again:
        wait_for(lambda: len(again.events) == 2)
        events.publish(Event("progress", {"id": ID}))
        wait_for(lambda: len(again.events) == 3)
    assert again.kinds() == ["started", "finished", "progress"]


def test_a_nonsense_position_is_a_new_listener(live: str, crew: Crew) -> None:
    crew.services.queue.submit(spec(1))
    with listening(live, ids=ID, last="nonsense") as heard:
        wait_for(lambda: heard.kinds() == ["queued"])


def test_an_end_is_told_once(live: str, crew: Crew) -> None:
    crew.services.queue.submit(spec(1))
    crew.work()
    with listening(live, ids=ID) as heard:
        wait_for(lambda: heard.kinds() == ["finished"])
        crew.services.events.publish(Event("finished", {"id": ID}), Event("progress", {"id": ID}))
        wait_for(lambda: "progress" in heard.kinds())
    assert heard.kinds() == ["finished", "progress"]


def test_a_holder_of_a_token_may_have_so_many_open(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis
) -> None:
    few = dataclasses.replace(settings, token="secret", streams=1)
    with serving(create_app(few, queue_server=queue_server, picture_server=picture_server)) as address:
        known = {"authorization": "Bearer secret"}
        with httpx.stream("GET", f"{address}/api/v1/events", headers=known, timeout=60) as first:
            lines = first.iter_lines()  # held: the stream ends with it
            assert next(lines) == ": hello"
            refused = httpx.get(f"{address}/api/v1/events", headers=known, timeout=60)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
            assert "KINETOSCOPE_STREAMS" in refused.json()["detail"]

        def welcome() -> bool:
            with httpx.stream("GET", f"{address}/api/v1/events", headers=known, timeout=60) as again:
                return again.status_code == 200

        wait_for(welcome)  # the server notices that the first is gone


def test_what_a_stream_remembers_is_bounded() -> None:
    told = _Told(None)
    for number in range(ENDED_AT_MOST + 50):
        assert told.is_news(Event("finished", {"id": str(number)}), frozenset())
    assert len(told._ended) == ENDED_AT_MOST
    assert not told.is_news(Event("finished", {"id": str(ENDED_AT_MOST)}), frozenset())
