"""Is a pyramid to be believed? Units are set to 0 in the order of a rule, and the score is seen to fall.

The default rule, the published one and random orders are tried at one row, at the same shares of its units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from contract.catalogue import ModelCard
from contract.pyramid import Agreement, Curve, Trust
from worker import canvas
from worker.models.assemble import silent
from worker.pyramids.descent import Descent
from worker.pyramids.relevance import Passage, figure
from worker.silence import silenced

SHARES = (0.02, 0.05, 0.1, 0.25, 0.5)
"""Parts of a row's units that are taken away, or left alone."""

ORDERS = 3
"""Random orders."""

Row = Sequence[str]


def tried(
    module: nn.Module,
    found: Passage,
    descent: Descent,
    inputs: Sequence[Tensor],
    rows: Sequence[Row],
    *,
    most: int,
    order: Sequence[int] | None = None,
    progress: Callable[[str, int, int], None] = silent,
) -> Trust:
    """Curves at the middle row, and how far the two rules agree at every row. most: strongest units that count.

    order: of the middle row's units by the default rule, if not that of the clip itself.
    """
    row = rows[len(rows) // 2]
    orders = {"default": [list(order or ranked(found, row))], "random": _random(sum(_units(found.card, row)))}
    if all(layer in descent.scores for layer in row):
        orders["original"] = [ranked_by_original(found, descent, row)]
    ablate = Ablation(module, found, inputs, row)
    total, done, curves = 2 * len(SHARES) * sum(map(len, orders.values())), 0, []
    for rule in ("default", "original", "random"):
        removed, kept = [], []
        for ranking in orders.get(rule, []):
            for values, keep in ((removed, False), (kept, True)):
                values.append([])
                for share in SHARES:
                    progress("trust", done, total)
                    values[-1].append(ablate(ranking[: count_of(share, len(ranking))], keep=keep))
                    done += 1
        if removed:
            curves.append(Curve(rule=rule, removed=mean(removed), kept=mean(kept)))
    return Trust(
        layers=tuple(row),
        shares=SHARES,
        score=figure(float(found.score.detach())),
        nothing=figure(ablate([], keep=True)),
        curves=tuple(curves),
        agreement=tuple(_agreement(found, descent, each, most) for each in rows),
        unfollowed=descent.unfollowed,
    )


def count_of(share: float, units: int) -> int:
    """So many of a row's units are a share."""
    return max(1, round(share * units))


def mean(curves: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Value by value."""
    return tuple(figure(value) for value in torch.tensor(curves).mean(0).tolist())


def ranked(found: Passage, row: Row) -> list[int]:
    """Units of a row, counted through all its layers, the largest relevance first."""
    return torch.cat([found.relevance(layer) for layer in row]).argsort(descending=True).tolist()


def ranked_by_original(found: Passage, descent: Descent, row: Row) -> list[int]:
    """Units of a row by the published rule's score. Of equal scores the lower number comes first."""
    return torch.cat([descent.scores[layer] for layer in row]).argsort(descending=True, stable=True).tolist()


class Ablation:
    """The score with units of a row set to 0; units are counted through all its layers."""

    def __init__(self, module: nn.Module, found: Passage, inputs: Sequence[Tensor], row: Row) -> None:
        self.module, self.found, self.row = module, found, row
        streams = found.card.streams
        self.tensors = [canvas.to_network(x[None], stream) for x, stream in zip(inputs, streams, strict=True)]
        self.ends = torch.tensor(_units(found.card, row)).cumsum(0).tolist()

    def __call__(self, units: Sequence[int], *, keep: bool) -> float:
        """keep: set all others to 0 and leave these."""
        gone = set(range(self.ends[-1])) - set(units) if keep else set(units)
        begins = [0, *self.ends[:-1]]
        of_layers = {
            layer: [unit - begin for unit in gone if begin <= unit < end]
            for layer, begin, end in zip(self.row, begins, self.ends, strict=True)
        }
        with torch.inference_mode(), silenced(self.module, self.found.card, of_layers, at=self.found.at):
            scores = self.module(*self.tensors).flatten(1)[0].float()
        rival = self.found.rival
        return float(scores[self.found.label] - (0.0 if rival is None else scores[rival]))


def _units(card: ModelCard, row: Row) -> list[int]:
    return [card.layer(layer).units for layer in row]


def _random(units: int) -> list[list[int]]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randperm(units, generator=generator).tolist() for _ in range(ORDERS)]


def _agreement(found: Passage, descent: Descent, row: Row, most: int) -> Agreement:
    begins = torch.tensor([0, *_units(found.card, row)[:-1]]).cumsum(0).tolist()
    kept = {begin + unit for layer, begin in zip(row, begins, strict=True) for unit in descent.kept(layer)}
    strongest = ranked(found, row)[:most]
    return Agreement(
        layers=tuple(row),
        units=sum(_units(found.card, row)),
        kept=len(kept),
        strongest=len(strongest),
        shared=len(kept & set(strongest)),
    )
