"""Sweeps: whole layers, computed below whatever people wait for."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from backend.answers import Page
from backend.limits import Quota
from backend.sweep import SweepPlan, SweepRequest, SweepView, begin
from backend.sweeps import Sweeps
from contract.shelf import Shelf


def routes(*, sweeps: Sweeps, shelf: Shelf, quota: Quota) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/sweeps", tags=["sweeps"])

    @router.post("/plan")
    def plan(request: SweepRequest) -> SweepPlan:
        """What a sweep would have to do, layer by layer, and what that takes. Queues nothing."""
        card = shelf.card(request.model)
        return sweeps.plan(begin(request, card), card)

    @router.post("", status_code=202)
    def start(request: SweepRequest, response: Response, http: Request) -> SweepView:
        """Begin a sweep. The same request goes on with one that was paused or canceled, and tries again what failed."""
        card = shelf.card(request.model)
        sweep = begin(request, card)
        if not sweeps.has(sweep.id):  # going on with one is free
            quota.take(http, sweeps.plan(sweep, card).missing)
        holder = http.scope.get("holder")
        view = sweeps.view(sweeps.start(sweep, by=holder.name if holder else None))
        response.headers["Location"] = view.url
        return view

    @router.get("")
    def all() -> Page[SweepView]:
        """The sweeps that there are, the newest first."""
        items = [sweeps.view(sweep) for sweep in sweeps.all()]
        return Page(items=items, total=len(items))

    @router.get("/{id}")
    def one(id: str) -> SweepView:
        """How far a sweep is."""
        return sweeps.view(sweeps.find(id))

    @router.post("/{id}/pause")
    def pause(id: str) -> SweepView:
        """Call back the jobs that wait; those that run go on. One that has ended stays as it is."""
        return sweeps.view(sweeps.stop(id, for_good=False))

    @router.post("/{id}/resume")
    def resume(id: str) -> SweepView:
        """Go on with a sweep, and try again what failed."""
        sweep = sweeps.find(id)
        return sweeps.view(sweeps.start(sweep, by=sweep.by))

    @router.post("/{id}/cancel")
    def cancel(id: str) -> SweepView:
        """End a sweep. What is computed stays; the same request begins it again."""
        return sweeps.view(sweeps.stop(id, for_good=True))

    return router
