import threading

import pytest
from redis.exceptions import ConnectionError

from worker.lease import EXIT_HUNG, EXIT_LOST, Lease


@pytest.fixture
def ends() -> list[int]:
    return []


def test_a_lease_is_renewed_from_a_thread_until_it_is_stopped() -> None:
    renewed = threading.Event()
    lease = Lease(lambda: renewed.set() or True, every=0.01)
    lease.start()
    assert renewed.wait(60)
    lease.stop()


def test_a_lost_lease_ends_the_process(ends: list[int]) -> None:
    Lease(lambda: False, end_process=ends.append).check()
    assert ends == [EXIT_LOST]


def test_a_lost_connection_does_not(ends: list[int]) -> None:
    def renew() -> bool:
        raise ConnectionError("refused")

    Lease(renew, end_process=ends.append).check()
    assert ends == []


def test_work_without_a_sign_of_life_ends_the_process(ends: list[int]) -> None:
    lease = Lease(lambda: True, end_process=ends.append, hang_after=-1.0)
    lease.check()
    assert ends == []
    lease.watch(busy=True)
    lease.check()
    assert ends == [EXIT_HUNG]


def test_signs_of_life_keep_it_alive(ends: list[int]) -> None:
    lease = Lease(lambda: True, end_process=ends.append, hang_after=1000.0)
    lease.watch(busy=True)
    lease.beat()
    lease.check()
    assert ends == []
