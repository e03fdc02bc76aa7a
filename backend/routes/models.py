"""Models, their layers, units and classes: what there is to see, and what of it has been computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as InPath

from backend.answers import Coverage, ModelSummary, OneUnit, Otherwise, Page, Unit, Visualization
from backend.desk import Desk
from backend.order import Choice, Order, Which
from contract import coverage as counts
from contract.catalogue import LayerCard, ModelCard
from contract.shelf import Shelf
from contract.spec import Objective, Parameters, Prior, VisualizationRequest, VisualizationSpec, bind
from contract.variants import apply, variants

UNITS_AT_MOST = 256
OTHERWISE_AT_MOST = 96
"""Runs with other than default parameters that a unit is told with."""

Limit = Annotated[int, Query(ge=1, le=UNITS_AT_MOST)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Seed = Annotated[int, Query(ge=0, le=2**31 - 1)]
Chi = Annotated[float | None, Query(ge=0, le=1000, allow_inf_nan=False)]
Like = Annotated[str, Query(max_length=200)]
IndexName = Annotated[str, Query(min_length=1, max_length=200)]
Bound = Annotated[float | None, Query(allow_inf_nan=False)]
DEFAULTS = Parameters()
Steps = Annotated[int, Query(ge=1, le=4000)]
Contrast = Annotated[float, Query(ge=0, le=1)]
UnitNumber = Annotated[int, InPath(ge=0)]


def routes(*, desk: Desk, shelf: Shelf, coverage: counts.Coverage, order: Order) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/models", tags=["models"])

    @router.get("")
    def models() -> Page[ModelSummary]:
        """Cards of all models, without their layers."""
        at_hand = {each for worker in shelf.workers() for each in worker.fingerprints.items()}
        cards = sorted(shelf.cards().items())
        items = [_summary(card, available=(name, card.fingerprint) in at_hand) for name, card in cards]
        return Page(items=items, total=len(items))

    @router.get("/{model}")
    def model(model: str) -> ModelCard:
        """The whole card: streams, layers, classes, accuracy."""
        return shelf.card(model)

    @router.get("/{model}/layers")
    def layers(model: str) -> Page[LayerCard]:
        """Layer cards, in order."""
        cards = shelf.card(model).layers
        return Page(items=list(cards), total=len(cards))

    @router.get("/{model}/layers/{layer}")
    def layer(model: str, layer: str) -> LayerCard:
        """One layer card."""
        return shelf.card(model).layer(layer)

    @router.get("/{model}/layers/{layer}/units")
    def units(
        model: str,
        layer: str,
        limit: Limit = 48,
        offset: Offset = 0,
        seed: Seed = 0,
        sort: IndexName = "unit",
        rising: bool = False,
        which: Which = "all",
        index: IndexName | None = None,
        least: Bound = None,
        most: Bound = None,
    ) -> Page[Unit]:
        """Units with the state of their variants, without traces. Queues nothing.

        `sort`: by number (`unit`), so but with those first that have pictures (`pictured`), by what was reached
        (`slow`, `fast`, their `ratio`, peak `speed`) or by an index of the model's analysis
        (`.../findings/layers/{layer}/indexes`); falling, or `rising`. `index`, `least`, `most`: only units for which
        one of these (not the first two) lies within. `which`: units that are `pictured` (computed in any variant),
        `complete` (in all that the layer is shown in), `missing` (not in all), `none` (in none) or `dead`.
        """
        card = shelf.card(model)
        found = card.layer(layer)
        choice = Choice(sort=sort, rising=rising, which=which, seed=seed, index=index, least=least, most=most)
        page = _units(desk, card, layer, order.of(card, found, choice), limit=limit, offset=offset, seed=seed)
        figures = order.figures(card, found, choice)
        if figures is None:
            return page
        items = [unit.model_copy(update={"figure": figures[unit.unit]}) for unit in page.items]
        return page.model_copy(update={"items": items})

    @router.get("/{model}/layers/{layer}/units/{unit}")
    def unit(
        model: str,
        layer: str,
        unit: UnitNumber,
        seed: Seed = 0,
        negative: bool = False,
        prior: Prior = "paper",
        objective: Objective = "cell",
        steps: Steps = DEFAULTS.steps,
        contrast: Contrast = DEFAULTS.contrast,
        chi: Chi = None,
    ) -> OneUnit:
        """One unit, seen as the parameters say; with `chi` also the visualization at that chi. Queues nothing."""
        card = shelf.card(model)
        card.check_unit(layer, unit)
        how = Parameters(seed=seed, negative=negative, prior=prior, objective=objective, steps=steps, contrast=contrast)
        extra = [] if chi is None else [_spec(card, layer, unit, how.model_copy(update={"chi": chi}))]
        view = _look(desk, card, layer, [unit], how)[0]
        at_chi = desk.look(extra)
        others = desk.finished(coverage.otherwise(card.fingerprint, layer, unit)[:OTHERWISE_AT_MOST])
        otherwise = [Otherwise(how=_how(each.spec.parameters), run=_traceless(each)) for each in others]
        return OneUnit(**dict(view), chi=at_chi[0] if at_chi else None, otherwise=otherwise)

    @router.get("/{model}/classes")
    def classes(model: str, limit: Limit = 48, offset: Offset = 0, like: Like = "") -> Page[Unit]:
        """Classes by name, as units of the class layer. like: only those whose name contains it."""
        card = shelf.card(model)
        if card.class_layer is None:
            return Page(items=[], total=0)
        numbers: Sequence[int] = range(card.layer(card.class_layer).units)
        if like:
            numbers = [n for n in numbers[: len(card.classes)] if like.lower() in card.classes[n].lower()]
        return _units(desk, card, card.class_layer, numbers, limit=limit, offset=offset, seed=0)

    @router.get("/{model}/coverage")
    def covered(model: str) -> Coverage:
        """Per layer: how many units have pictures with default parameters, in any variant and in all."""
        return Coverage(layers=coverage.of(shelf.card(model)))

    return router


def _summary(card: ModelCard, *, available: bool) -> ModelSummary:
    shared = card.model_dump(include=set(ModelSummary.model_fields))
    return ModelSummary(**shared, layer_count=len(card.layers), class_count=len(card.classes), available=available)


def _units(
    desk: Desk, card: ModelCard, layer: str, numbers: Sequence[int], *, limit: int, offset: int, seed: int
) -> Page[Unit]:
    end = min(offset + limit, len(numbers))
    items = [_light(unit) for unit in _look(desk, card, layer, numbers[offset:end], Parameters(seed=seed))]
    return Page(items=items, total=len(numbers), next=end if end < len(numbers) else None)


def _light(unit: Unit) -> Unit:
    """Without traces: they are most of a list's weight, and no list shows them."""
    views = {name: _traceless(view) for name, view in unit.variants.items()}
    return unit.model_copy(update={"variants": views})


def _how(parameters: Parameters) -> dict[str, Any]:
    """What is not as always, slowness aside."""
    told = parameters.model_dump(mode="json", exclude={"chi", "still"})
    return {name: value for name, value in told.items() if getattr(parameters, name) != getattr(DEFAULTS, name)}


def _traceless(view: Visualization) -> Visualization:
    return view.model_copy(update={"result": view.result.model_copy(update={"trace": ()})}) if view.result else view


def _look(desk: Desk, card: ModelCard, layer: str, units: Sequence[int], how: Parameters) -> list[Unit]:
    names = variants(card)
    parameters = {name: apply(name, how) for name in names}
    specs = [_spec(card, layer, unit, parameters[name]) for unit in units for name in names]
    views = iter(desk.look(specs))
    return [_unit(card, layer, unit, {name: next(views) for name in names}) for unit in units]


def _unit(card: ModelCard, layer: str, unit: int, views: dict[str, Visualization]) -> Unit:
    return Unit(
        unit=unit,
        label=card.label(layer, unit),
        dead=unit in card.dead.get(layer, ()),
        variants=views,
    )


def _spec(card: ModelCard, layer: str, unit: int, parameters: Parameters) -> VisualizationSpec:
    request = VisualizationRequest(model=card.name, layer=layer, unit=unit, parameters=parameters)
    return bind(request, card.fingerprint)
