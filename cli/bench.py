"""Measure the product: first use, engine, number of steps, page, server, a day's use, several workers.

    ./kinetoscope bench first-run --json bench.json

Exits with 1 when a target is missed. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import day, engine, first_run, schedule, serve, ui, workers
from benchmarks.report import Report, machine, version

BENCHES = {
    "first-run": first_run.measure,
    "engine": engine.measure,
    "schedule": schedule.measure,
    "serve": serve.measure,
    "day": day.measure,
    "ui": ui.measure,
    "workers": workers.measure,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("bench", choices=BENCHES, help="what to measure")
    parser.add_argument("--only", default="", metavar="NETWORK", help="engine: only jobs whose name begins so")
    parser.add_argument("--jobs", type=int, default=day.JOBS, help="day: how many jobs (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="also write the report to this file")


def main(args: argparse.Namespace) -> int:
    """Measure and report; 1 when a target is missed."""
    report = Report(version(), machine())
    options = {"engine": {"only": args.only}, "day": {"jobs": args.jobs}}
    try:
        BENCHES[args.bench](report, **options.get(args.bench, {}))
    except first_run.Failed as error:
        print(error, file=sys.stderr)
        return 1
    print(report.table())
    if args.json:
        report.write(args.json)
    return 0 if report.ok else 1
