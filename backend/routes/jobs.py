"""The queue: jobs, cancel, retry, and the workers."""

from __future__ import annotations

import difflib
from typing import Annotated, get_args

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError

from backend.answers import AnalysisJob, CalledOff, Job, Page, Workers
from backend.desk import Desk
from backend.sweeps import Sweeps
from backend.tally import Tally
from backend.titles import Titles
from contract.queue import State
from contract.shelf import Shelf

Limit = Annotated[int, Query(ge=1, le=200)]


def routes(*, desk: Desk, shelf: Shelf, titles: Titles, sweeps: Sweeps) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["jobs"])
    tally = Tally(desk.queue)

    def titled(job: Job | AnalysisJob) -> Job | AnalysisJob:
        return job.model_copy(update={"title": titles.of(job.spec)})

    @router.get("/jobs")
    def jobs(state: str | None = None, limit: Limit = 50, cursor: str = "") -> Page[Job | AnalysisJob]:
        """Jobs, all or those in one state: newest first, what is `queued` in the order of its turn.

        `total`: of these, at most a second old.
        """
        only = _state(state)
        try:
            ids, following = desk.queue.history(state=only, limit=limit, cursor=cursor)
        except ValueError as error:
            raise _invalid("cursor", "This is not a cursor that a list of jobs gave out.") from error
        items = [titled(job) for job in desk.jobs(ids) if only in (None, job.state)]  # one may have got its result
        if only and not cursor and following is None:
            return Page(items=items, total=len(items))
        return Page(items=items, total=tally.of(only) if only else desk.queue.count(), next=following)

    @router.get("/jobs/{id}")
    def job(id: str) -> Job | AnalysisJob:
        """One job."""
        return titled(desk.job(id))

    @router.post("/jobs/cancel")
    def cancel_waiting() -> CalledOff:
        """Cancel every job that waits, and pause the sweeps that would queue more. What runs goes on."""
        return CalledOff(paused=sweeps.pause_all(), canceled=desk.cancel_waiting())

    @router.post("/jobs/{id}/cancel")
    def cancel(id: str) -> Job | AnalysisJob:
        """Cancel a job. One that has ended stays as it is."""
        return titled(desk.cancel(id))

    @router.post("/jobs/{id}/retry")
    def retry(id: str) -> Job | AnalysisJob:
        """Queue a failed or canceled job again. Any other stays as it is."""
        return titled(desk.retry(id))

    @router.get("/workers")
    def workers() -> Workers:
        """Workers that are alive."""
        alive = shelf.workers()
        return Workers(items=alive, total=len(alive))

    @router.post("/workers/{name}/drain", status_code=202)
    def drain(name: str) -> Workers:
        """Have a worker finish what it is on and take no more jobs."""
        shelf.drain(name)
        return workers()

    @router.post("/workers/{name}/resume", status_code=202)
    def resume(name: str) -> Workers:
        """Let a worker that was drained take jobs again."""
        shelf.resume(name)
        return workers()

    return router


def _state(text: str | None) -> State | None:
    for state in get_args(State):
        if text == state:
            return state
    if text is None:
        return None
    near = difflib.get_close_matches(text, get_args(State), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise _invalid("state", f"There is no state {text!r}. Known: {', '.join(get_args(State))}.{hint}")


def _invalid(name: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", name), "msg": message}])
