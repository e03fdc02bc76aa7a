"""Register your own network: a Python file with build() and CARD (docs/own-model.md)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", type=Path, help="Python file with build() and CARD")
    parser.add_argument("--name", default=None, help="name of the model (default: the file's name)")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Build and trace the network once, then register it; 1 when it cannot be used."""
    from worker.models import own, registry  # torch: imported only when it is needed

    name = args.name or args.file.stem.lower()
    try:
        model = own.add(name, args.file, data=args.data, reserved=registry.builders().keys())
    except KinetoscopeError as problem:
        print(f"kinetoscope add: {problem}", file=sys.stderr)
        return 1
    card = model.card
    inputs = ", ".join(f"{s.name} {s.frames}x{s.height}x{s.width}" for s in card.streams)
    print(f"Added {name}: {card.parameters:,} parameters, {len(card.layers)} layers, input {inputs}.")
    print(f"Classes: {len(card.classes) or 'unnamed'} at layer {card.class_layer}.")
    if not card.calibration:
        print(f"Not calibrated yet: ./kinetoscope calibrate {name} FOLDER_OF_CLIPS sets the activation scale.")
    return 0
