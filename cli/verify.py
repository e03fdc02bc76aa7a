"""Measure whether what is promised holds: `verify demo` is what the shipped demo shows.

    ./kinetoscope verify demo --json verify.json

Clips and seeds are used for nothing else. Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

CLIPS_SEED = 901
FIRST_SEED = 500
"""Neither training nor tuning saw clips or noise of these seeds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("verify", choices=("demo",), help="what to verify")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there as well")
    parser.add_argument("--quick", action="store_true", help="fewer clips, units and seeds: a minute, rougher numbers")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="first seed of the optimizations")
    parser.add_argument("--threads", type=int, default=2, help="threads and drawing processes (default 2)")


def main(args: argparse.Namespace) -> int:
    """Run and report. Returns 1 when a target is missed."""
    import torch

    from benchmarks.report import Report, machine, version
    from worker.demo import inspection, production, verification
    from worker.models import demo

    torch.set_num_threads(args.threads)
    report = Report(version(), machine())
    clips = 300 if args.quick else 1000
    model = demo.build(Path())
    splits = production.draw_held_out(clips, seed=CLIPS_SEED, processes=args.threads)
    seeds = range(args.seed, args.seed + (3 if args.quick else 10))
    gallery = inspection.collect(
        model,
        seeds=seeds,
        fusion_units=8 if args.quick else 32,
        eye_seeds=3 if args.quick else 5,
        orientation_seeds=len(seeds),
    )
    findings = (
        *verification.accuracies(splits),
        *verification.biases(gallery),
        *verification.flow_statistics(gallery),
        *verification.transfer(gallery),
    )
    for name, value, unit, target in findings:
        report.add(name, value, unit, target)
    print(report.table())
    if args.json:
        report.write(args.json)
    return 0 if report.ok else 1
