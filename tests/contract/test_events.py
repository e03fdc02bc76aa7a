import threading

import pytest
from redis import Redis

from contract.events import START, Event, Events, order


@pytest.fixture
def events(queue_server: Redis) -> Events:
    return Events(queue_server)


def test_events_can_be_replayed_from_any_position(events: Events) -> None:
    events.publish(*[Event("progress", {"id": "a", "step": step}) for step in range(5)])
    everything = events.after(START)
    assert [event.data["step"] for event in everything] == [0, 1, 2, 3, 4]
    assert events.after(everything[2].position) == everything[3:]
    assert events.latest() == everything[-1].position


def test_an_empty_stream_begins_at_the_start(events: Events) -> None:
    assert events.latest() == START
    assert events.wait(START, seconds=0.01) == []


def test_a_visualization_ends_once(events: Events) -> None:
    assert events.end("finished", "a")
    assert not events.end("canceled", "a")
    assert [event.kind for event in events.after(START)] == ["finished"]


def test_a_visualization_that_is_asked_for_again_can_end_again(events: Events) -> None:
    events.end("failed", "a", error="no")
    events.begin("a")
    assert events.end("finished", "a")


def test_one_of_many_that_end_a_visualization_wins(events: Events) -> None:
    threads = [threading.Thread(target=events.end, args=("finished", "a")) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(events.after(START)) == 1


def test_wait_returns_when_something_happens(events: Events) -> None:
    events.publish(Event("queued", {"id": "a"}))
    position = events.latest()
    threading.Timer(0.05, events.publish, [Event("started", {"id": "a"})]).start()
    assert [event.kind for event in events.wait(position, seconds=30)] == ["started"]


def test_positions_are_ordered_by_number() -> None:
    assert order("10-0") > order("9-5")
    assert order("9-10") > order("9-9")
