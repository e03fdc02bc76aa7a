"""What a second worker adds: units a minute of two workers and of one, each on one thread, through the product."""

from __future__ import annotations

import statistics
import time

from benchmarks.lab import Lab, lab, until
from benchmarks.lines import Straight
from benchmarks.report import Report

LAYER = "conv5_fusion"
UNITS = 24
"""Units of each measurement, and of the one before it that makes models and kernels warm."""

STEPS = 40
ROUNDS = 3
AT_LEAST = 1.8


def measure(report: Report, *, rounds: int = ROUNDS) -> None:
    """Both in turn, several times, and how their medians compare: the machine is not equally fast all the time."""
    found = [{count: speed(count) for count in (1, 2)} for _ in range(rounds)]
    speeds = {count: statistics.median(each[count] for each in found) for count in (1, 2)}
    for count, each in speeds.items():
        report.add(f"workers.{count}.units_per_minute", 60 * each, "1/min")
    report.add("workers.gain", speeds[2] / speeds[1], "x", f">= {AT_LEAST}")


def speed(count: int, *, units: int = UNITS, steps: int = STEPS) -> float:
    """Units a second of so many workers, from the moment at which all are at work until all is done."""
    with lab([Straight()] * count, steps=steps) as place:
        _warm_up(place, units)
        began = time.monotonic()
        ids = place.ask(LAYER, range(units), seed=1) + place.ask(LAYER, range(units), seed=2)
        until(lambda: place.done(ids) == len(ids))
        return len(ids) / (time.monotonic() - began)


def _warm_up(place: Lab, units: int) -> None:
    """Until every worker has computed something."""
    seed = 100
    while any(worker["units"] == 0 for worker in place.workers()):
        ids = place.ask(LAYER, range(min(4, units)), seed=seed)
        until(lambda: place.done(ids) == len(ids))  # noqa: B023 -- asked at once
        seed += 1
