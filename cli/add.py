"""Register your own network: a Python file, or a folder (docs/own-model.md, docs/models.md)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "file", type=Path, help="Python file, or folder with one, folder of a Hugging Face network, or known name"
    )
    parser.add_argument("--random-weights", action="store_true", help="offer a known network without its weights")
    parser.add_argument("--name", default=None, help="name of the model (default: the file's name)")
    parser.add_argument("--seconds", type=float, default=120.0, help="time that building and tracing may take")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Build, trace and run the network once, then register it; 1 when it cannot be used."""
    from cli import table
    from worker.models import registry  # torch: imported only when it is needed
    from worker.models.origin import at

    if args.random_weights:
        return _randomize(str(args.file), args.data)
    try:
        source = at(args.file)
        name = args.name or Path(source.place).stem.lower()
        verdict = registry.add(name, source, data=args.data, seconds=args.seconds)
    except KinetoscopeError as problem:
        print(f"kinetoscope add: {problem}", file=sys.stderr)
        return 1
    print(f"Added {name}: {table.summary(verdict.card)}")
    for remark in verdict.remarks:
        print(f"Note: {remark}")
    if not verdict.card.calibration:
        print(f"Not calibrated yet: ./kinetoscope calibrate {name} FOLDER_OF_CLIPS sets the activation scale.")
    return 0


def _randomize(name: str, data: Path) -> int:
    from worker.models import weights

    try:
        weights.randomize(name, data=data)
    except KinetoscopeError as problem:
        print(f"kinetoscope add: {problem}", file=sys.stderr)
        return 1
    print(f"Added {name} with random weights, for trials; ./kinetoscope remove {name} takes it away.")
    return 0
