"""Asking for visualizations, one or many, and looking at one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from backend.answers import Page, Schema, Visualization
from backend.desk import Desk
from backend.limits import Quota
from contract.errors import Unsuited
from contract.queue import Priority
from contract.shelf import Shelf
from contract.spec import Name, Parameters, VisualizationRequest, VisualizationSpec, bind
from contract.variants import apply

BATCH_AT_MOST = 512
WAITED_FOR = 24
"""Runs of one request that may go before batches."""
RETRY_AFTER = "1"

UnitNumber = Annotated[int, Field(ge=0, le=1_000_000)]


class BatchRequest(BaseModel):
    """Several units of one layer, each in several variants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Name
    layer: Name
    units: Annotated[list[UnitNumber], Field(min_length=1, max_length=BATCH_AT_MOST)]
    variants: Annotated[list[Literal["slow", "fast", "still"]], Field(min_length=1, max_length=3)] = ["slow", "fast"]
    parameters: Parameters = Field(default_factory=Parameters)
    priority: Priority = Field(
        default="batch", description=f"`interactive`: somebody waits for it; for at most {WAITED_FOR} pictures."
    )


def routes(*, desk: Desk, shelf: Shelf, quota: Quota) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/visualizations", tags=["visualizations"])

    @router.get("/schema")
    def schema() -> Schema:
        """JSON Schema of the parameters, from which the settings form is drawn."""
        return Schema(parameters=Parameters.model_json_schema())

    @router.post("", responses={202: {"model": Visualization, "description": "Queued, or on its way."}})
    def ask(request: VisualizationRequest, response: Response, http: Request) -> Visualization:
        """The visualization: 200 when it is computed, else 202 and where to look."""
        card = shelf.card(request.model)
        card.check(request)
        spec = bind(request, card.fingerprint)
        quota.take(http, desk.count_new([spec]))
        view = desk.ask(spec)
        if view.state != "finished":
            response.status_code = 202
            response.headers.update({"Location": view.url, "Retry-After": RETRY_AFTER})
        return view

    @router.post("/batch", status_code=202)
    def ask_many(request: BatchRequest, http: Request) -> Page[Visualization]:
        """Queue units of a layer, behind whatever somebody is waiting for."""
        card = shelf.card(request.model)
        specs = _specs(request, card.fingerprint)
        for spec in specs:
            card.check(spec)
        quota.take(http, desk.count_new(specs))
        if request.priority == "interactive" and len(specs) > WAITED_FOR:
            text = f"These are {len(specs)} pictures; at most {WAITED_FOR} of a request go before batches."
            raise Unsuited(text, allowed=["batch"])
        views = desk.ask_many(specs, priority=request.priority)
        return Page(items=views, total=len(views))

    @router.get("/{id}")
    def one(id: str) -> Visualization:
        """The state of a visualization, and its result when it is finished."""
        return desk.find(id)

    return router


def _specs(request: BatchRequest, fingerprint: str) -> list[VisualizationSpec]:
    """The specs of a batch, each once, unit by unit."""
    specs = [
        VisualizationSpec(
            model=request.model,
            layer=request.layer,
            unit=unit,
            parameters=apply(variant, request.parameters),
            fingerprint=fingerprint,
        )
        for unit in request.units
        for variant in request.variants
    ]
    return list({spec.id: spec for spec in specs}.values())
