from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from rq.job import Job

from contract import needs
from contract.pyramid import PyramidSpec
from contract.queue import ATTEMPTS, CLAIM, JobQueue
from contract.shelf import WorkerCard
from contract.work import ANALYSE, VISUALIZE, group
from tests.fakes import CARD, analysis, spec


@pytest.fixture
def queue(queue_server: Redis) -> JobQueue:
    return JobQueue(queue_server)


def met_by(**models: str) -> frozenset[str]:
    """What a worker meets that has `tiny` with a fingerprint."""
    return needs.met_by(WorkerCard(name="w", device="cpu", fingerprints={"tiny": models["fingerprint"]}))


def job_of(queue: JobQueue, identity: str) -> Job:
    return queue._jobs([identity])[0]


def end(queue: JobQueue, identity: str, status: str) -> None:
    for each in queue.queues.values():
        each.remove(identity)
    queue.connection.hset(Job.key_for(identity), "status", status)


def test_what_was_queued_last_is_at_the_end_of_its_line(queue_server: Redis) -> None:
    queue = JobQueue(queue_server)
    assert queue.end_of_line("batch") is None
    for unit, priority in enumerate(("batch", "interactive", "batch")):
        queue.submit(spec(unit), priority=priority)
        assert queue.end_of_line(priority) == queue.positions()[spec(unit).id]


def test_one_spec_is_one_job(queue: JobQueue) -> None:
    assert queue.submit(spec(1))
    assert not queue.submit(spec(1))
    assert queue.positions() == {spec(1).id: 1}


def test_equal_requests_at_the_same_time_are_one_job(queue: JobQueue) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda _: queue.submit(spec(1)), range(40)))
    assert sum(new) == 1
    assert len(queue.positions()) == 1


def test_the_id_of_the_job_is_the_id_of_the_spec_and_its_function_a_constant(queue: JobQueue) -> None:
    queue.submit(spec(1))
    job = job_of(queue, spec(1).id)
    assert (job.id, job.func_name, job.args) == (spec(1).id, VISUALIZE, [spec(1).model_dump(mode="json")])


def test_an_analysis_is_a_job_like_others(queue: JobQueue) -> None:
    assert queue.submit(analysis(), priority="batch")
    assert not queue.submit(analysis(), priority="batch")
    assert job_of(queue, analysis().id).func_name == ANALYSE
    assert queue.records([analysis().id])[analysis().id].spec == analysis()
    queue.submit(spec(1), priority="batch")
    taken = queue.take()
    assert taken is not None
    assert queue.claim_mates(taken[0], worker="w", limit=4) == []


def test_nothing_of_a_job_is_pickled(queue: JobQueue) -> None:
    queue.submit(spec(1))
    stored = b"".join(queue.connection.hgetall(Job.key_for(spec(1).id)).values())
    assert b"\x80\x04" not in stored
    assert b"\x80\x05" not in stored


def test_interactive_jobs_go_before_batches(queue: JobQueue) -> None:
    queue.submit(spec(1), priority="batch")
    queue.submit(spec(2))
    queue.submit(spec(3))
    assert queue.positions() == {spec(2).id: 1, spec(3).id: 2, spec(1).id: 3}
    taken = [queue.take() for _ in range(3)]
    assert [each and each[0].id for each in taken] == [spec(2).id, spec(3).id, spec(1).id]


def test_somebody_who_waits_pulls_a_job_out_of_the_batch(queue: JobQueue) -> None:
    queue.submit(spec(1), priority="batch")
    queue.submit(spec(2), priority="batch")
    assert not queue.submit(spec(2))
    assert queue.positions()[spec(2).id] == 1
    assert queue.records([spec(2).id])[spec(2).id].priority == "interactive"


def test_take_leaves_the_job_in_the_intermediate_list(queue: JobQueue) -> None:
    queue.submit(spec(1))
    taken = queue.take()
    assert taken
    job, origin = taken
    assert queue.connection.lrange(origin.intermediate_queue_key, 0, -1) == [job.id.encode()]
    assert queue.take() is None


def test_a_claimed_job_is_not_taken(queue: JobQueue) -> None:
    for unit in range(4):
        queue.submit(spec(unit), priority="batch")
    first, _ = queue.take() or pytest.fail("nothing to take")
    mates = queue.claim_mates(first, worker="w", limit=2)
    assert [mate.unit for mate in mates] == [1, 2]
    second, _ = queue.take() or pytest.fail("nothing to take")
    assert second.id == spec(3).id
    assert queue.take() is None
    queue.release([mate.id for mate in mates])
    assert queue.take()


def test_a_job_that_another_worker_has_taken_or_claimed_is_no_mate(queue: JobQueue) -> None:
    for unit in range(5):
        queue.submit(spec(unit))
    first, _ = queue.take() or pytest.fail("nothing to take")
    second, _ = queue.take() or pytest.fail("nothing to take")
    assert [mate.unit for mate in queue.claim_mates(second, worker="v", limit=1)] == [2]
    assert [mate.unit for mate in queue.claim_mates(first, worker="w", limit=9)] == [3, 4]


def test_a_job_goes_to_a_worker_that_meets_its_needs(queue: JobQueue) -> None:
    able, other = met_by(fingerprint=spec(1).fingerprint), met_by(fingerprint="f" * 16)
    queue.submit(spec(1))
    assert not queue.somebody_waits(other)
    assert queue.take(other) is None
    assert queue.somebody_waits(able)
    taken = queue.take(able)
    assert taken
    assert taken[0].id == spec(1).id


def test_a_job_about_a_clip_of_a_set_goes_to_who_has_the_set(queue: JobQueue) -> None:
    about = PyramidSpec(
        clip="0123456789abcdef", label=None, rival=None, rows=None, units=3, model="tiny", fingerprint=CARD.fingerprint
    )
    queue.submit(about, surveyed=needs.Surveyed(fingerprint=CARD.fingerprint, clips="ucf"))
    able = {"fingerprints": {"tiny": CARD.fingerprint}, "at_home": False}
    without, having = (WorkerCard(name="w", device="cpu", clips=clips, **able) for clips in ((), ("ucf",)))
    assert queue.take(needs.met_by(without)) is None
    assert queue.take(needs.met_by(having))


def test_needs_last_until_the_job_has_ended(queue: JobQueue) -> None:
    queue.submit(spec(1))
    job, origin = queue.take() or pytest.fail("nothing to take")
    job.meta["alone"] = True
    job.save()
    queue.connection.lrem(origin.intermediate_queue_key, 1, job.id)
    origin._enqueue_job(job, at_front=True)
    assert queue.take(met_by(fingerprint="f" * 16)) is None
    assert queue.take(met_by(fingerprint=spec(1).fingerprint))


def test_mates_share_all_but_unit_seed_and_chi(queue: JobQueue) -> None:
    queue.submit(spec(0))
    others = [spec(1), spec(2, chi=0), spec(3, seed=4), spec(4, kappa=2), spec(5, layer="classes"), spec(6, still=True)]
    for other in others:
        queue.submit(other)
    job, _ = queue.take() or pytest.fail("nothing to take")
    assert {mate.id for mate in queue.claim_mates(job, worker="w", limit=9)} == {other.id for other in others[:3]}
    assert group(spec(0)) == group(spec(3, seed=4, chi=1))


def test_somebody_waits_if_no_worker_has_the_job_in_hand(queue: JobQueue) -> None:
    assert not queue.somebody_waits()
    queue.submit(spec(0), priority="batch")
    assert not queue.somebody_waits()
    queue.submit(spec(1))
    queue.submit(spec(2))
    assert queue.somebody_waits()
    job, _ = queue.take() or pytest.fail("nothing to take")
    queue.claim_mates(job, worker="w", limit=9)
    assert not queue.somebody_waits()


def test_mates_are_of_the_same_priority(queue: JobQueue) -> None:
    queue.submit(spec(0))
    queue.submit(spec(1), priority="batch")
    job, _ = queue.take() or pytest.fail("nothing to take")
    assert queue.claim_mates(job, worker="w", limit=9) == []


def test_a_waiting_job_is_canceled_at_once(queue: JobQueue) -> None:
    queue.submit(spec(1))
    assert queue.cancel(spec(1).id)
    assert queue.records([spec(1).id])[spec(1).id].state == "canceled"
    assert queue.positions() == {}
    assert queue.canceled([spec(1).id, spec(2).id]) == {spec(1).id}


def test_a_running_job_is_asked_to_stop(queue: JobQueue) -> None:
    queue.submit(spec(1))
    queue.take()
    assert not queue.cancel(spec(1).id)
    assert queue.canceled([spec(1).id])


@pytest.mark.parametrize("status", ["finished", "failed", "canceled"])
def test_an_ended_job_is_queued_anew(queue: JobQueue, status: str) -> None:
    queue.submit(spec(1))
    end(queue, spec(1).id, status)
    queue.connection.hset(Job.key_for(spec(1).id), "retries_left", 0)
    assert queue.submit(spec(1))
    record = queue.records([spec(1).id])[spec(1).id]
    assert (record.state, record.attempts) == ("queued", 1)
    assert len(queue.positions()) == 1


def test_asking_again_takes_back_the_cancel(queue: JobQueue) -> None:
    queue.submit(spec(1))
    queue.cancel(spec(1).id)
    assert queue.submit(spec(1))
    assert not queue.canceled([spec(1).id])
    assert queue.records([spec(1).id])[spec(1).id].state == "queued"


def test_history_is_newest_first_and_paged(queue: JobQueue) -> None:
    for unit in range(5):
        queue.submit(spec(unit))
    newest = [spec(unit).id for unit in (4, 3, 2, 1, 0)]
    first, cursor = queue.history(limit=2)
    second, after = queue.history(limit=2, cursor=cursor or "")
    third, last = queue.history(limit=2, cursor=after or "")
    assert [*first, *second, *third] == newest
    assert last is None


def test_history_of_one_state(queue: JobQueue) -> None:
    for unit in range(4):
        queue.submit(spec(unit))
    queue.cancel(spec(2).id)
    assert queue.history(state="canceled")[0] == [spec(2).id]
    assert len(queue.history(state="queued")[0]) == 3


def test_history_refuses_a_cursor_that_it_did_not_give(queue: JobQueue) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        queue.history(cursor="yesterday")


def test_a_new_job_has_all_its_attempts(queue: JobQueue) -> None:
    queue.submit(spec(1))
    assert job_of(queue, spec(1).id).retries_left == ATTEMPTS - 1


def test_a_mate_runs_although_it_stands_in_the_queue(queue: JobQueue) -> None:
    for unit in range(3):
        queue.submit(spec(unit))
    taken = queue.take()
    assert taken is not None
    (mate,) = queue.claim_mates(taken[0], worker="w", limit=1)
    states = {identity: record.state for identity, record in queue.records([spec(1).id, spec(2).id]).items()}
    assert states == {mate.id: "running", (spec(2) if mate == spec(1) else spec(1)).id: "queued"}
    queue.release([mate.id])
    assert queue.records([mate.id])[mate.id].state == "queued"


def test_jobs_are_counted_by_the_states_that_their_records_have(queue: JobQueue) -> None:
    for unit, status in enumerate(["queued", "queued", "started", "finished", "failed", "canceled", "stopped"]):
        queue.submit(spec(unit))
        if status != "queued":
            end(queue, spec(unit).id, status)
    queue.connection.set(CLAIM + spec(1).id, "w")  # it runs along with another
    ids, _ = queue.history()
    assert queue.counts() == Counter(record.state for record in queue.records(ids).values())
    assert queue.counts() == {"queued": 1, "running": 2, "finished": 1, "failed": 1, "canceled": 2}
    queue.connection.delete(Job.key_for(spec(3).id))
    assert "finished" not in queue.counts(), "its record is gone"
