"""Kill and stop everything while clients ask, and count what was lost.

    ./kinetoscope chaos --minutes 10

Runs an instance of its own with stub workers, in a folder of its own. Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks import chaos
from benchmarks.report import Report, version


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--minutes", type=float, default=10.0, help="how long faults are caused (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="stub workers (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another order of faults")
    parser.add_argument("--json", type=Path, help="also write the report to this file")


def main(args: argparse.Namespace) -> int:
    """Run the harness and report; 1 when a target is missed."""
    if sys.platform != "linux":
        print("chaos finds the processes in /proc and needs Linux.", file=sys.stderr)
        return 2
    report = Report(version(), {"cores": os.cpu_count() or 1})
    chaos.measure(report, minutes=args.minutes, workers=args.workers, seed=args.seed)
    print(report.table())
    if args.json:
        report.write(args.json)
    return 0 if report.ok else 1
