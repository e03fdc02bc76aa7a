"""Measure the product: first use, engine, a network, number of steps, page, server, a day, several workers, a sweep.

    ./kinetoscope bench first-run --json bench.json

Exits with 1 when a target is missed. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks import day, engine, first_run, network, schedule, serve, sweep, ui, workers
from benchmarks.report import Aloud, machine, version
from contract import settings

BENCHES = {
    "first-run": first_run.measure,
    "engine": engine.measure,
    "network": network.measure,
    "schedule": schedule.measure,
    "serve": serve.measure,
    "day": day.measure,
    "ui": ui.measure,
    "workers": workers.measure,
    "sweep": sweep.measure,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("bench", choices=BENCHES, help="what to measure")
    parser.add_argument("--only", default="", metavar="NETWORK", help="engine: only jobs whose name begins so")
    parser.add_argument("--model", default="", help="engine: a model of yours instead of those of the papers")
    parser.add_argument("--layers", nargs="+", default=[], metavar="LAYER", help="engine: the layers of that model")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="engine: its data folder")
    parser.add_argument("--device", default="auto", help="network: where (default: a GPU if there is one)")
    parser.add_argument("--units", type=int, default=network.UNITS, help="network: of a layer (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=day.JOBS, help="day: how many jobs (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="also write the report to this file")


def main(args: argparse.Namespace) -> int:
    """Measure and report; 1 when a target is missed."""
    if args.model and not args.layers:
        print("kinetoscope bench: --model needs --layers, by path as `./kinetoscope list` has them", file=sys.stderr)
        return 2
    report = Aloud(version(), machine())
    own = engine.served(args.model, args.layers, args.data) if args.model else []
    options = {
        "engine": {"only": args.only, "own": own},
        "network": {"device": args.device, "units": args.units},
        "day": {"jobs": args.jobs},
    }
    try:
        BENCHES[args.bench](report, **options.get(args.bench, {}))
    except first_run.Failed as error:
        print(error, file=sys.stderr)
        return 1
    print(report.table())
    if args.json:
        report.write(args.json)
    return 0 if report.ok else 1
