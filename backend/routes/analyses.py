"""Asking for analyses of a model: which there are, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Response

from backend.answers import Analysis, Page
from backend.desk import Desk
from contract.analysis import AnalysisRequest, bind, sets
from contract.catalogue import ModelCard
from contract.shelf import Shelf


def routes(*, desk: Desk, shelf: Shelf, clips: Iterable[str]) -> APIRouter:
    """The router. `clips`: names of the sets of clips that the settings name."""
    router = APIRouter(prefix="/models/{model}/findings/analyses", tags=["findings"])

    def known(card: ModelCard) -> list[str]:
        return sets(card.name, clips)

    @router.get("")
    def analyses(model: str) -> Page[Analysis]:
        """What can be asked for: a survey of each set of clips that the server knows, and optima, which need none."""
        card = shelf.card(model)
        requests = [AnalysisRequest(what="clips", clips=name) for name in known(card)]
        requests.append(AnalysisRequest(what="optima"))
        specs = [bind(each, model=model, fingerprint=card.fingerprint, known=known(card)) for each in requests]
        return Page(items=desk.analyses(specs), total=len(specs))

    @router.post("", status_code=202)
    def analyse(model: str, request: AnalysisRequest, response: Response) -> Analysis:
        """Queue an analysis; one that was interrupted, canceled or made before goes on from what was found."""
        card = shelf.card(model)
        view = desk.analyse(bind(request, model=model, fingerprint=card.fingerprint, known=known(card)))
        response.headers["Location"] = view.url
        return view

    return router
