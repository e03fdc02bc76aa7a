import asyncio

from redis import Redis

from backend.broadcast import BACKLOG, Broadcast, Listener
from contract.events import Event, Events


def test_a_slow_client_is_late_and_holds_no_more_than_is_kept() -> None:
    async def scene() -> list[int]:
        listener = Listener(asyncio.get_running_loop())
        for step in range(BACKLOG + 10):
            listener.offer(Event("progress", {"step": step}))
        await asyncio.sleep(0)
        assert listener.late
        heard = []
        while event := await listener.next(seconds=0.01):
            heard.append(event.data["step"])
        return heard

    assert asyncio.run(scene()) == list(range(10, BACKLOG + 10))


def test_one_that_keeps_up_is_not_late() -> None:
    async def scene() -> bool:
        listener = Listener(asyncio.get_running_loop())
        for step in range(BACKLOG):
            listener.offer(Event("progress", {"step": step}))
        await asyncio.sleep(0)
        for step in range(BACKLOG):
            await listener.next(seconds=1)
            listener.offer(Event("progress", {"step": step}))
            await asyncio.sleep(0)
        return listener.late

    assert not asyncio.run(scene())


def test_everybody_hears_everything_over_one_reader(queue_server: Redis) -> None:
    events = Events(queue_server)
    broadcast = Broadcast(events)

    async def scene() -> list[str]:
        with broadcast.listen() as one, broadcast.listen() as two:
            events.publish(Event("queued", {"id": "before"}))
            broadcast.start()
            await asyncio.sleep(0.2)
            events.publish(Event("queued", {"id": "a"}))
            first, second = await one.next(seconds=60), await two.next(seconds=60)
            assert first is not None
            assert second is not None
            return [first.id, second.id]

    assert asyncio.run(scene()) == ["a", "a"]
    broadcast.stop()
