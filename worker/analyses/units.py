"""From the records of a survey to what is known of every unit of a layer, and of the layer."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contract.catalogue import LayerCard, ModelCard
from contract.findings import Balance, Example, LayerSummary, Neighbour, Tuning, UnitFindings
from worker.analyses import examples, specificity, speed, streams
from worker.analyses.records import Columns, Surveyed
from worker.analyses.survey import REST, SPEEDS


def unit_findings(columns: Columns, card: ModelCard, layer: LayerCard) -> list[UnitFindings]:
    """Everything about every unit of a layer."""
    peaks, relevance = columns.stack("peak"), columns.stack("relevance")
    assert peaks is not None
    assert relevance is not None
    labels, present = columns.found.labels, columns.found.present
    profile = specificity.profile(peaks, labels, present)
    given = specificity.profile(relevance, labels, present)
    selective = specificity.selectivity(profile)
    near, how = specificity.neighbours(peaks)
    shown = _examples(columns.found, card, layer, peaks)
    balances, tunings = _balances(columns, card, peaks), _tunings(columns)
    return [
        UnitFindings(
            unit=unit,
            maximum=figure(peaks[:, unit].max()),
            selectivity=known(selective[unit]),
            profile=tuple(map(figure, profile[:, unit])),
            contribution=tuple(map(figure, given[:, unit])),
            neighbours=tuple(
                Neighbour(unit=int(n), correlation=figure(r)) for n, r in zip(near[unit], how[unit], strict=True)
            ),
            examples=shown[unit],
            balance=balances[unit] if balances else None,
            tuning=tunings[unit] if tunings else None,
        )
        for unit in range(layer.units)
    ]


def _examples(found: Surveyed, card: ModelCard, layer: LayerCard, peaks: Tensor) -> list[tuple[Example, ...]]:
    groups = examples.choose(peaks)
    stream = next(s for s in card.streams if s.name in layer.streams)
    order = [[(group, int(row)) for group, rows in groups.items() for row in rows[unit]] for unit in range(layer.units)]
    wanting: dict[int, list[tuple[int, str]]] = {}
    for unit, chosen in enumerate(order):
        for group, row in chosen:
            wanting.setdefault(row, []).append((unit, group))
    made: dict[tuple[int, int], Example] = {}
    for row, values in enumerate(found.values(f"trace/{layer.path}", f"place/{layer.path}")):
        place, trace = values[f"place/{layer.path}"], values[f"trace/{layer.path}"]
        for unit, group in wanting.get(row, ()):
            _, top, left = place[unit].tolist()
            made[unit, row] = Example.model_validate(
                {
                    "clip": found.entries[row].id,
                    "group": group,
                    "activation": figure(peaks[row, unit]),
                    "box": examples.field_box(layer, stream, top, left),
                    "moment": round(examples.moment(int(place[unit, 0]), trace.shape[1]), 4),
                    "trace": examples.course(trace[unit]),
                }
            )
    return [tuple(made[unit, row] for _, row in chosen) for unit, chosen in enumerate(order)]


def _shares(columns: Columns, card: ModelCard, peaks: Tensor) -> dict[str, Tensor] | None:
    """Shares of the inputs; None where the layer sees one input only, or the model has one."""
    nothing = columns.stack("alone:")
    if nothing is None:
        return None
    alone = {s.name: columns.stack(f"alone:{s.name}") for s in card.streams}
    return streams.shares(peaks, {name: value for name, value in alone.items() if value is not None}, nothing)


def _balances(columns: Columns, card: ModelCard, peaks: Tensor) -> list[Balance | None] | None:
    shares = _shares(columns, card, peaks)
    if shares is None:
        return None
    beyond, joint = streams.interaction(shares), streams.joint(shares)
    return [
        None
        if beyond[unit].isnan() or peaks[:, unit].max() <= 0
        else Balance(
            shares={name: _share(value[unit]) for name, value in shares.items()},
            interaction=_share(beyond[unit]),
            joint=bool(joint[unit]),
        )
        for unit in range(peaks.shape[1])
    ]


@dataclass(frozen=True)
class SpeedCurve:
    """Speeds, what motion adds at each of them (speeds, units), and the part of the activation there is at rest."""

    speeds: tuple[float, ...]
    response: Tensor
    rest: Tensor


def speed_curve(columns: Columns, kind: str) -> SpeedCurve | None:
    """Over the clips that could be played at all of these speeds. kind: `speed` or `control`."""
    counts = [len(columns.rows(f"{kind}:{s}")) for s in SPEEDS]
    usable = [s for s, count in zip(SPEEDS, counts, strict=True) if count and 2 * count >= max(counts)]
    kinds = [f"{kind}:{s}" for s in usable]
    rows = sorted(set.intersection(*({*columns.rows(each)} for each in (*kinds, f"{kind}:{REST}"))))
    if len(usable) < 2 or not rows:
        return None
    rest, *stacks = (columns.stack(each, rows) for each in (f"{kind}:{REST}", *kinds))
    assert rest is not None
    replays = {s: stack for s, stack in zip(usable, stacks, strict=True) if stack is not None}
    return SpeedCurve(tuple(usable), *speed.tuning(replays, rest))


def _tunings(columns: Columns) -> list[Tuning | None] | None:
    curve = speed_curve(columns, "speed")
    if curve is None:
        return None
    invariance = speed.invariance(curve.response)
    return [
        None
        if invariance[unit].isnan()
        else Tuning(
            speeds=curve.speeds,
            response=tuple(map(figure, curve.response[:, unit])),
            invariance=figure(invariance[unit]),
            rest=figure(curve.rest[unit]),
        )
        for unit in range(len(invariance))
    ]


def layer_summary(columns: Columns, card: ModelCard, layer: LayerCard, units: Sequence[UnitFindings]) -> LayerSummary:
    """The layer's point on the curves over depth."""
    balances = [unit.balance for unit in units if unit.balance]
    both = len(layer.streams) > 1 and bool(balances)
    control = speed_curve(columns, "control")
    shares = torch.tensor([balance.shares[card.streams[0].name] for balance in balances])
    return LayerSummary(
        path=layer.path,
        depth=layer.depth,
        lane=layer.lane,
        selectivity=_median([unit.selectivity for unit in units]),
        joint=statistics.mean(balance.joint for balance in balances) if both else None,
        interaction=_median([balance.interaction for balance in balances]) if both else None,
        invariance=_median([unit.tuning.invariance if unit.tuning else None for unit in units]),
        control=_median([known(value) for value in speed.invariance(control.response)]) if control else None,
        histogram=streams.histogram(shares) if both else (),
    )


def _share(value: Tensor) -> float:
    return round(float(value), 3) + 0.0  # no negative zero


def figure(value: Tensor) -> float:
    """Four significant digits are enough for any page."""
    return float(f"{float(value):.4g}")


def known(value: Tensor) -> float | None:
    """The figure; None for NaN."""
    return None if bool(value.isnan()) else figure(value)


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
