"""Measure whether what is promised holds: of the demo, analyses, classes of any network, training, pyramids, probes.

    ./kinetoscope verify demo --json verify.json
    ./kinetoscope verify findings --json findings.json
    ./kinetoscope verify classes --model movinet_a0 --count 100
    ./kinetoscope verify fusion
    ./kinetoscope verify pyramids --model movinet_a0 --clips path/to/clips
    ./kinetoscope verify probe --model movinet_a0

Clips and seeds are used for nothing else. Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from contract import settings

Finding = tuple[str, float, str, str]
"""Name, value, unit, target."""

CLIPS_SEED = 901
FIRST_SEED = 910
"""Neither training nor tuning saw clips or noise of these seeds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("verify", choices=VERIFY, help="what to verify")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there as well")
    parser.add_argument("--quick", action="store_true", help="fewer clips, units and seeds: a minute, rougher numbers")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="first seed of the optimizations")
    parser.add_argument("--model", default="demo", help="classes, pyramids, probe: of which model (default demo)")
    parser.add_argument("--clips", type=Path, help="pyramids: real clips for another model than the demo")
    parser.add_argument("--count", type=int, default=100, help="classes: how many, evenly spaced (default 100)")
    parser.add_argument(
        "--data", type=Path, default=settings.read(os.environ).data, help="classes, pyramids: data folder"
    )
    parser.add_argument("--threads", type=int, default=2, help="threads and drawing processes (default 2)")


def main(args: argparse.Namespace) -> int:
    """Run and report. Returns 1 when a target is missed."""
    import torch

    from benchmarks.report import Report, machine, version

    torch.set_num_threads(args.threads)
    report = Report(version(), machine())
    for name, value, unit, target in VERIFY[args.verify](args):
        report.add(name, value, unit, target)
    print(report.table())
    if args.json:
        report.write(args.json)
    return 0 if report.ok else 1


def _demo(args: argparse.Namespace) -> Iterator[Finding]:
    from worker.demo import inspection, production, verification
    from worker.models import demo

    model = demo.build(Path())
    splits = production.draw_held_out(300 if args.quick else 1000, seed=CLIPS_SEED, processes=args.threads)
    seeds = range(args.seed, args.seed + (3 if args.quick else 10))
    gallery = inspection.collect(
        model,
        seeds=seeds,
        fusion_units=8 if args.quick else 32,
        eye_seeds=3 if args.quick else 5,
        orientation_seeds=len(seeds),
    )
    yield from verification.accuracies(splits)
    yield from verification.biases(gallery)
    yield from verification.flow_statistics(gallery)
    yield from verification.transfer(gallery)


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    from cli.bar import Bar
    from contract.archive import Archive
    from worker.analyses import collection, findings, verification
    from worker.models import demo

    yield from verification.closed_cases()
    model = demo.build(Path())
    yield from verification.planted_bias(model, range(args.seed, args.seed + (3 if args.quick else 5)))
    entries = collection.drawn_in_turn(100 if args.quick else 300, 10 * CLIPS_SEED, streams=model.card.streams)
    bar = Bar()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), model.card.fingerprint)
        overview = findings.analyse(model, entries, archive, source="drawn clips", progress=bar.show, failed=_give_up)
        yield from verification.confusions(model, entries, archive, overview)
        yield from verification.curves(overview)
        findings.look_at_optima(model, archive, count=2 if args.quick else 4, device="cpu", progress=bar.show)
        bar.close()
        known = archive.optima()
        yield from verification.optima_curves([known[each.path] for each in model.card.layers if each.path in known])


def _classes(args: argparse.Namespace) -> Iterator[Finding]:
    from worker.analyses import certainty
    from worker.models import registry

    yield from certainty.verify(registry.load(args.model, data=args.data), count=args.count)


def _fusion(args: argparse.Namespace) -> Iterator[Finding]:
    from worker.demo import fusion

    yield from fusion.verify(clips=1000 if args.quick else 4000, processes=args.threads, seed=args.seed)


def _pyramids(args: argparse.Namespace) -> Iterator[Finding]:
    from worker.analyses import collection
    from worker.datasets import flow_cache, reader
    from worker.models import registry
    from worker.pyramids import verification

    model = registry.load(args.model, data=args.data)
    if args.clips is not None:
        found = reader.find(args.clips, cache=flow_cache.folder(args.data))
        entries = collection.from_set(found, model.card)
    else:
        yield from verification.completeness(verification.QUICK if args.quick else verification.NETWORKS)
        entries = collection.drawn_in_turn(10, 10 * CLIPS_SEED, streams=model.card.streams)
    yield from verification.deletion(model, entries[:20] if args.quick else entries, each_row=args.clips is None)


def _give_up(entry: object, reason: Exception) -> None:
    raise RuntimeError(f"{entry} cannot be drawn") from reason


def _probe(args: argparse.Namespace) -> Iterator[Finding]:
    from worker.models import registry
    from worker.probing import verification

    yield from verification.verify(registry.load(args.model, data=args.data))


VERIFY = {
    "demo": _demo,
    "findings": _findings,
    "classes": _classes,
    "fusion": _fusion,
    "pyramids": _pyramids,
    "probe": _probe,
}
