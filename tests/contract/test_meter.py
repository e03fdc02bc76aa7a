from redis import Redis

from contract.meter import Meter


def test_totals_add_up_whoever_adds(queue_server: Redis) -> None:
    Meter(queue_server).add({"units": 1, "unit_seconds": 0.25})
    Meter(queue_server).add({"units": 1, "unit_seconds": 0.5})
    assert Meter(queue_server).read() == {"units": 2, "unit_seconds": 0.75}


def test_nothing_at_first(queue_server: Redis) -> None:
    assert Meter(queue_server).read() == {}
