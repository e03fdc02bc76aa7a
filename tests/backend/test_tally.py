from redis import Redis

from backend.tally import Tally
from contract.queue import JobQueue
from tests.fakes import spec


def test_it_counts_again_once_the_last_count_is_old(queue_server: Redis) -> None:
    queue, now = JobQueue(queue_server), [10.0]
    tally = Tally(queue, clock=lambda: now[0])
    queue.submit(spec(1))
    assert (tally.of("queued"), tally.of("failed")) == (1, 0)
    queue.submit(spec(2))
    assert tally.of("queued") == 1
    now[0] += 1.1
    assert tally.of("queued") == 2
