"""Build and trace a network, list its layers, and say what is wrong and how to mend it; registers nothing."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "model", help="Python file with build() and CARD, a folder with one such file, or the name of a model"
    )
    parser.add_argument("--json", action="store_true", help="print card and remarks as JSON")
    parser.add_argument("--seconds", type=float, default=120.0, help="time that building and tracing may take")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when the network cannot be used."""
    from cli import table
    from worker.models import registry  # torch: imported only when it is needed
    from worker.models.origin import at

    place = Path(args.model)
    try:
        model = at(place).place if place.is_dir() and args.model != registry.DEMO else args.model
        verdict = registry.check(model, data=args.data, seconds=args.seconds)
    except KinetoscopeError as problem:
        print(f"kinetoscope check: {problem}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"card": verdict.card.model_dump(mode="json"), "remarks": verdict.remarks}, indent=1))
        return 0
    print("\n".join(table.layers(verdict.card)))
    print(f"{model} can be used: {table.summary(verdict.card)}")
    for remark in verdict.remarks:
        print(f"Note: {remark}")
    return 0
