"""The demo's promises, measured on fresh clips and fresh seeds. Each function yields (name, value, unit, target)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from contract.spec import FAST, SLOW
from worker.demo.clips import CLASSES
from worker.demo.inspection import Gallery
from worker.demo.measures import (
    adjacent_correlation,
    dc_power,
    energy_map,
    label_of,
    looks_upright,
    median,
    motion_energy,
    part_region,
    part_shares,
    rank_parts,
    ranked_first,
    without_camera,
)
from worker.demo.production import Splits, measure
from worker.models.demo import STREAMS, load_network
from worker.optimum import Optimum

Finding = tuple[str, float, str, str]


def accuracies(splits: Splits) -> Iterator[Finding]:
    """What the shipped networks name right."""
    measured = measure(splits)
    joint = measured["joint"]
    alone = max(measured["appearance alone"], measured["motion alone"])
    hard = {name: value for name, value in measured.items() if name.startswith("hard, ")}
    yield "accuracy.joint", joint, "", ">= .98"
    yield "accuracy.appearance", measured["appearance alone"], "", ""
    yield "accuracy.motion", measured["motion alone"], "", ""
    yield "accuracy.margin", joint - alone, "", ">= .05"
    yield "accuracy.second", measured["second network (another seed)"], "", ""
    for name, value in hard.items():
        yield f"accuracy.{name}", value, "", ""
    yield "accuracy.hard_confused_pairs", sum(0.4 <= value <= 0.75 for value in hard.values()), "", ">= 1"
    yield "bias.needed", measured["still eyes, eye make-up / lipstick"], "", "<= .65"


def biases(gallery: Gallery) -> Iterator[Finding]:
    """Motion of the eyes, whether they stand out among all drawn parts, and the way instruments are held."""
    region = part_region("eyes", label_of("lipstick"))
    parts = part_shares(label_of("lipstick"))
    for name, chi in (("slow", SLOW), ("fast", FAST)):
        ratios = list(_eye_ratios(gallery, region, chi))
        yield f"bias.eye_motion_ratio.{name}", median(ratio for ratio, _ in ratios), "", ">= 10"
        yield f"bias.eye_motion_ratio.{name}.without_camera", median(ratio for _, ratio in ratios), "", ""
        yield f"bias.part_rank.{name}", median(eye_ranks(gallery, parts, chi)), "", "<= 1"
    verdicts = list(_orientations(gallery))
    yield "orientation.correct", sum(verdicts) / len(verdicts), "", ">= .9"


def flow_statistics(gallery: Gallery) -> Iterator[Finding]:
    """How slow the slow optima are, how much faster the fast ones, and what slowness costs."""
    pairs = [(slow, fast) for slow, fast in gallery.pairs() if not slow.dead]
    slow = [(adjacent_correlation(s.inputs["motion"]), dc_power(s.inputs["motion"])) for s, _ in pairs]
    fast = [(adjacent_correlation(f.inputs["motion"]), dc_power(f.inputs["motion"])) for _, f in pairs]
    below = [f[0] <= s[0] - 0.02 and f[1] <= s[1] - 0.1 for s, f in zip(slow, fast, strict=True)]
    yield "slow.adjacent_correlation", median(c for c, _ in slow), "", ">= .97"
    yield "slow.dc_power", median(d for _, d in slow), "", ">= .8"
    yield "fast.adjacent_correlation", median(c for c, _ in fast), "", ""
    yield "fast.dc_power", median(d for _, d in fast), "", ""
    yield "fast.below_slow", sum(below) / len(below), "", ">= .9"
    yield "slow.activation_share", median(_share(s, f) for s, f in pairs), "", ">= .5"


def transfer(gallery: Gallery) -> Iterator[Finding]:
    """Whether an independently seeded network names the stored optima of the first."""
    second = load_network("second")
    first_seed = min(seed for seed, _, _ in gallery.classes)
    for name, chi in (("slow", SLOW), ("fast", FAST)):
        right = [
            ranked_first(second, gallery.classes[first_seed, unit, chi].inputs, STREAMS) == unit
            for unit in range(len(CLASSES))
        ]
        yield f"transfer.class.{name}", sum(right) / len(right), "", ">= .8"


def _eye_ratios(gallery: Gallery, region: NDArray[np.bool_], chi: float) -> Iterator[tuple[float, float]]:
    """Per seed, energy in the eyes of lipstick over that of eye make-up: as it is, and relative to the camera."""
    for one, other in _lipstick_and_make_up(gallery, chi):
        yield _ratio(one, other, region), _ratio(without_camera(one), without_camera(other), region)


def eye_ranks(gallery: Gallery, parts: dict[str, NDArray[np.float64]], chi: float) -> Iterator[int]:
    """Per seed, the place of the eyes among all named parts, by how much more moves in lipstick; 1 is first."""
    for one, other in _lipstick_and_make_up(gallery, chi):
        more = energy_map(without_camera(one)) - energy_map(without_camera(other))
        yield rank_parts(more, parts).index("eyes") + 1


def _lipstick_and_make_up(gallery: Gallery, chi: float) -> Iterator[tuple[Tensor, Tensor]]:
    """Per seed, the motion of both optima at `chi`."""
    moving, still = label_of("lipstick"), label_of("eye make-up")
    for seed, unit, variant in gallery.classes:
        if unit == moving and variant == chi and (seed, still, chi) in gallery.classes:
            yield (
                gallery.classes[seed, moving, chi].inputs["motion"],
                gallery.classes[seed, still, chi].inputs["motion"],
            )


def _ratio(one: Tensor, other: Tensor, region: NDArray[np.bool_]) -> float:
    return motion_energy(one, region) / max(motion_energy(other, region), 1e-12)


def _orientations(gallery: Gallery) -> Iterator[bool]:
    for (_, unit, chi), optimum in gallery.classes.items():
        if chi == SLOW and CLASSES[unit] in ("playing cello", "playing violin"):
            upright = looks_upright(optimum.inputs["appearance"])
            yield upright == (CLASSES[unit] == "playing cello")


def _share(slow: Optimum, fast: Optimum) -> float:
    assert slow.activation is not None
    assert fast.activation is not None
    return slow.activation / max(fast.activation, 1e-6)
