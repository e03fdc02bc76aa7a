"""From the records of a survey to what is known of every unit of a layer, and of the layer."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contract.catalogue import LayerCard, ModelCard, Stream
from contract.findings import Balance, Example, LayerSummary, Neighbour, Tuning, UnitFindings
from worker.analyses import examples, specificity, speed, streams
from worker.analyses.collection import Entry
from worker.analyses.survey import SPEEDS, Record


@dataclass(frozen=True)
class Surveyed:
    """The clips that could be read, with their records in the same order."""

    entries: list[Entry]
    records: list[Record]
    present: tuple[int, ...]

    @property
    def labels(self) -> list[int | None]:
        """Class number of every clip."""
        return [entry.label for entry in self.entries]

    def stack(self, kind: str, layer: str = "") -> Tensor | None:
        """The values of all clips that have them, (clips, ...); None where none has."""
        key = f"{kind}/{layer}" if layer else kind
        found = [record.values[key] for record in self.records if key in record.values]
        return torch.stack(found) if found else None


def unit_findings(found: Surveyed, card: ModelCard, layer: LayerCard) -> list[UnitFindings]:
    """Everything about every unit of a layer."""
    peaks, relevance = found.stack("peak", layer.path), found.stack("relevance", layer.path)
    assert peaks is not None
    assert relevance is not None
    labels, present = found.labels, found.present
    profile = specificity.profile(peaks, labels, present)
    given = specificity.profile(relevance, labels, present)
    selective = specificity.selectivity(profile)
    near, how = specificity.neighbours(peaks)
    shown = _examples(found, card, layer, peaks)
    balances, tunings = _balances(found, card, layer, peaks), _tunings(found, layer, "speed")
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
    return [
        tuple(
            _example(found, layer, stream, unit, int(row), group)
            for group, rows in groups.items()
            for row in rows[unit]
        )
        for unit in range(layer.units)
    ]  # fmt: skip


def _example(found: Surveyed, layer: LayerCard, stream: Stream, unit: int, row: int, group: str) -> Example:
    record = found.records[row]
    place, trace = record.of("place", layer.path), record.of("trace", layer.path)
    assert place is not None
    assert trace is not None
    frame, top, left = place[unit].tolist()
    return Example.model_validate(
        {
            "clip": found.entries[row].id,
            "group": group,
            "activation": figure(record.values[f"peak/{layer.path}"][unit]),
            "box": examples.field_box(layer, stream, top, left),
            "moment": round(examples.moment(frame, trace.shape[1]), 4),
            "trace": examples.course(trace[unit]),
        }
    )


def _shares(found: Surveyed, card: ModelCard, layer: LayerCard, peaks: Tensor) -> dict[str, Tensor] | None:
    """Shares of the inputs; None where the layer sees one input only, or the model has one."""
    nothing = found.stack("alone:", layer.path)
    if nothing is None:
        return None
    alone = {s.name: found.stack(f"alone:{s.name}", layer.path) for s in card.streams}
    return streams.shares(peaks, {name: value for name, value in alone.items() if value is not None}, nothing)


def _balances(found: Surveyed, card: ModelCard, layer: LayerCard, peaks: Tensor) -> list[Balance | None] | None:
    shares = _shares(found, card, layer, peaks)
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
        for unit in range(layer.units)
    ]


def speed_curve(found: Surveyed, layer: LayerCard, kind: str) -> tuple[tuple[float, ...], Tensor] | None:
    """Speeds, and responses (speeds, units), over the clips that could be played at all of these speeds."""
    counts = [sum(f"{kind}:{s}/{layer.path}" in r.values for r in found.records) for s in SPEEDS]
    usable = [s for s, count in zip(SPEEDS, counts, strict=True) if count and 2 * count >= max(counts)]
    wanted = [f"{kind}:{s}/{layer.path}" for s in usable]
    rows = [record for record in found.records if wanted and all(key in record.values for key in wanted)]
    if len(usable) < 2 or not rows:
        return None
    replays = {s: torch.stack([r.values[key] for r in rows]) for s, key in zip(usable, wanted, strict=True)}
    return tuple(usable), speed.tuning(replays)


def _tunings(found: Surveyed, layer: LayerCard, kind: str) -> list[Tuning | None] | None:
    measured = speed_curve(found, layer, kind)
    if measured is None:
        return None
    speeds, curve = measured
    return [
        None
        if curve[:, unit].isnan().any()
        else Tuning(
            speeds=speeds,
            response=tuple(map(figure, curve[:, unit])),
            invariance=figure(speed.invariance(curve)[unit]),
        )
        for unit in range(layer.units)
    ]


def layer_summary(found: Surveyed, card: ModelCard, layer: LayerCard, units: Sequence[UnitFindings]) -> LayerSummary:
    """The layer's point on the curves over depth."""
    balances = [unit.balance for unit in units if unit.balance]
    both = len(layer.streams) > 1 and bool(balances)
    control = speed_curve(found, layer, "control")
    shares = torch.tensor([balance.shares[card.streams[0].name] for balance in balances])
    return LayerSummary(
        path=layer.path,
        depth=layer.depth,
        lane=layer.lane,
        selectivity=_median([unit.selectivity for unit in units]),
        joint=statistics.mean(balance.joint for balance in balances) if both else None,
        interaction=_median([balance.interaction for balance in balances]) if both else None,
        invariance=_median([unit.tuning.invariance if unit.tuning else None for unit in units]),
        control=_median([known(value) for value in speed.invariance(control[1])]) if control else None,
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
