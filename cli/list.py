"""List the models that this machine knows."""

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
    parser.add_argument("--json", action="store_true", help="print the cards as JSON")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when a model cannot be built."""
    from worker.models import registry, zoo  # torch: imported only when it is needed

    cards, problems = [], []
    for name in registry.names(args.data):
        try:
            cards.append(registry.card(name, data=args.data))
        except KinetoscopeError as problem:
            problems.append(f"{name}: {problem}")
    waiting = {name: zoo.published(name) for name in registry.waiting(args.data)}
    if args.json:
        ready = [{"state": "ready", **card.model_dump(mode="json")} for card in cards]
        missing = [{"state": "weights missing", "name": name, "title": zoo.KNOWN[name].title} for name in waiting]
        print(json.dumps([*ready, *missing], indent=1))
    else:
        for card in cards:
            scale = card.calibration or "not calibrated"
            shown = f", {card.weights}" if card.weights else ""
            print(f"{card.name:16} {len(card.layers):4} layers {len(card.classes):5} classes  {scale}{shown}")
        for name, file in waiting.items():
            size = f" ({file.megabytes:.0f} MB)" if file and file.megabytes else ""
            files = " ".join(part.upper() for part in zoo.KNOWN[name].parts) or "FILE"
            how = f"pull {name}{size}" if file else f"import {name} {files}"
            print(f"{name:16} weights missing: ./kinetoscope {how}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
