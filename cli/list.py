"""List the models that this machine knows, and how many of their units have pictures."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from contract import settings
from contract.catalogue import ModelCard
from contract.coverage import counted
from contract.errors import KinetoscopeError
from contract.given import Given
from contract.nouns import count
from contract.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--json", action="store_true", help="print the cards as JSON, and what has pictures")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when a model cannot be built."""
    from backend.app import PICTURES
    from worker.models import registry, zoo  # torch: imported only when it is needed

    cards, problems = [], []
    for name in registry.names(args.data):
        try:
            cards.append(registry.card(name, data=args.data))
        except KinetoscopeError as problem:
            problems.append(f"{name}: {problem}")
    given = [card for card in Given(args.data).cards() if card.name not in {each.name for each in cards}]
    waiting = {name: zoo.published(name) for name in registry.waiting(args.data)}
    filed = Store(None, args.data / PICTURES).filed()
    pictures = {card.name: counted(card, filed) for card in (*cards, *given)}
    if args.json:
        states = [("ready", card) for card in cards] + [("view only", card) for card in given]
        ready = [{"state": s, **card.model_dump(mode="json"), "pictures": pictures[card.name]} for s, card in states]
        missing = [{"state": "weights missing", "name": name, "title": zoo.KNOWN[name].title} for name in waiting]
        print(json.dumps([*ready, *missing], indent=1))
    else:
        for card in cards:
            print(_line(card, pictures[card.name]))
        for card in given:
            print(f"{_line(card, pictures[card.name])}; from an atlas: view only")
        for name, file in waiting.items():
            size = f" ({file.megabytes:.0f} MB)" if file and file.megabytes else ""
            files = " ".join(part.upper() for part in zoo.KNOWN[name].parts) or "FILE"
            how = f"pull {name}{size}" if file else f"import {name} {files}"
            print(f"{name:16} weights missing: ./kinetoscope {how}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _line(card: ModelCard, pictures: Mapping[str, int]) -> str:
    size = f"{count(len(card.layers), 'layer'):>11} {count(len(card.classes), 'class', 'classes'):>13}"
    alive = pictures["units"] - pictures["dead"]
    said = [f"{pictures['pictured']:,} of {count(alive, 'unit')} with pictures"]
    if pictures["complete"] != pictures["pictured"]:
        said.append(f"{pictures['complete']:,} in all variants")
    said.append(f"calibrated on {card.calibration}" if card.calibration else "not calibrated")
    return f"{card.name:16} {size}  {', '.join([*said, card.weights] if card.weights else said)}"
