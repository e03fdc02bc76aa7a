"""Each move by itself; the queue's tests show them at work."""

import json

import pytest
from redis import Redis

from contract import moves


@pytest.fixture
def run(queue_server: Redis):
    return lambda script, keys, args=(): queue_server.register_script(script)(keys=list(keys), args=list(args))


ALL = ["job:", "claim:", "1"]


def test_take_passes_over_what_is_claimed_and_empty_lists(queue_server, run):
    queue_server.rpush("second", "a", "b")
    queue_server.set("claim:a", "somebody")
    assert run(moves.TAKE, ["first", "second"], ALL) == [2, b"b"]
    assert queue_server.lrange("second", 0, -1) == [b"a"]
    assert queue_server.lrange("second:intermediate", 0, -1) == [b"b"]
    assert run(moves.TAKE, ["first", "second"], ALL) is None


@pytest.mark.parametrize(
    ("met", "taken"),
    [([], b"free"), (["x"], b"x"), (["y"], b"free"), (["y", "x"], b"xy"), (["y", "x", "z"], b"xy")],
)
def test_take_passes_over_what_needs_more_than_is_met(queue_server, run, met, taken):
    for name, needs in {"xy": ["x", "y"], "x": ["x"], "free": []}.items():
        queue_server.rpush("queue", name)
        queue_server.hset(f"job:{name}", "meta", json.dumps({"group": "g", "needs": needs}))
    assert run(moves.LOOK, ["queue"], ["job:", "claim:", "0", *met]) == taken
    assert queue_server.llen("queue") == 3, "a look moves nothing"
    assert run(moves.TAKE, ["queue"], ["job:", "claim:", "0", *met]) == [1, taken]


def test_a_job_without_a_record_or_of_an_older_version_is_for_everybody(queue_server, run):
    queue_server.rpush("queue", "gone", "old", "empty")
    queue_server.hset("job:old", "meta", '{"group": "g"}')
    queue_server.hset("job:empty", "meta", "")
    taken = [run(moves.TAKE, ["queue"], ["job:", "claim:", "0"]) for _ in range(3)]
    assert taken == [[1, b"gone"], [1, b"old"], [1, b"empty"]]


def test_many_that_cannot_be_done_hide_nothing(queue_server, run):
    queue_server.rpush("queue", *[f"other-{number}" for number in range(1000)], "mine")
    for number in range(1000):
        queue_server.hset(f"job:other-{number}", "meta", '{"needs": ["x"]}')
    assert run(moves.TAKE, ["queue"], ["job:", "claim:", "0", "y"]) == [1, b"mine"]
    assert run(moves.TAKE, ["queue"], ["job:", "claim:", "0", "y"]) is None
    assert queue_server.llen("queue") == 1000


def claim(run, worker, *, limit=9, group="g"):
    return run(moves.CLAIM, ["queue"], ["job:", "claim:", group, worker, 20, limit])


def test_claim_is_for_one_and_for_jobs_of_the_group_that_wait(queue_server, run):
    for name, meta in {"a": {}, "b": {"group": "h"}, "c": {"alone": True}, "d": {}, "e": {}}.items():
        queue_server.rpush("queue", name)
        queue_server.hset(f"job:{name}", "meta", json.dumps({"group": "g", **meta}))
    assert claim(run, "me", limit=0) == []
    assert claim(run, "me", limit=2) == [b"a", b"d"]
    assert claim(run, "you") == [b"e"]
    assert queue_server.get("claim:a") == b"me"
    assert 0 < queue_server.ttl("claim:a") <= 20


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
