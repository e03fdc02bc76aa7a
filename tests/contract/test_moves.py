"""Each move by itself; the queue's tests show them at work."""

import pytest
from redis import Redis

from contract import moves


@pytest.fixture
def run(queue_server: Redis):
    return lambda script, keys, args=(): queue_server.register_script(script)(keys=list(keys), args=list(args))


def test_take_passes_over_what_is_claimed_and_empty_lists(queue_server, run):
    queue_server.rpush("second", "a", "b")
    queue_server.set("claim:a", "somebody")
    assert run(moves.TAKE, ["first", "second"], ["claim:", 10]) == [2, b"b"]
    assert queue_server.lrange("second", 0, -1) == [b"a"]
    assert queue_server.lrange("second:intermediate", 0, -1) == [b"b"]
    assert run(moves.TAKE, ["first", "second"], ["claim:", 10]) is None


def test_claim_is_for_one_and_for_jobs_that_wait(queue_server, run):
    queue_server.rpush("queue", "a")
    assert run(moves.CLAIM, ["queue", "claim:a"], ["a", "me", 20]) == 1
    assert run(moves.CLAIM, ["queue", "claim:a"], ["a", "you", 20]) == 0
    assert queue_server.get("claim:a") == b"me"
    assert 0 < queue_server.ttl("claim:a") <= 20
    assert run(moves.CLAIM, ["queue", "claim:z"], ["z", "me", 20]) == 0


def test_cancel_takes_out_only_what_waits(queue_server, run):
    queue_server.rpush("queue", "a")
    assert run(moves.CANCEL, ["queue", "job:a"], ["a", "now", 60]) == 1
    assert queue_server.hgetall("job:a") == {b"status": b"canceled", b"ended_at": b"now"}
    assert run(moves.CANCEL, ["queue", "job:a"], ["a", "later", 60]) == 0
    assert queue_server.hget("job:a", "ended_at") == b"now"


def test_promote_moves_once(queue_server, run):
    queue_server.rpush("batch", "a", "b")
    assert run(moves.PROMOTE, ["interactive", "batch", "job:b"], ["b", "interactive"]) == 1
    assert run(moves.PROMOTE, ["interactive", "batch", "job:b"], ["b", "interactive"]) == 0
    assert queue_server.lrange("interactive", 0, -1) == [b"b"]
    assert queue_server.hget("job:b", "origin") == b"interactive"


@pytest.mark.parametrize(("status", "forgotten"), [("queued", 0), ("started", 0), ("finished", 1), ("failed", 1)])
def test_forget_spares_what_waits_or_runs(queue_server, run, status, forgotten):
    queue_server.hset("job:a", "status", status)
    assert run(moves.FORGET, ["job:a", "other"]) == forgotten
    assert queue_server.exists("job:a") == 1 - forgotten


def test_put_back_goes_to_the_head(queue_server, run):
    queue_server.rpush("queue", "b")
    queue_server.rpush("between", "a")
    assert run(moves.PUT_BACK, ["between", "queue"], ["a"]) == 1
    assert run(moves.PUT_BACK, ["between", "queue"], ["a"]) == 0
    assert queue_server.lrange("queue", 0, -1) == [b"a", b"b"]
