"""Forget a network that was added; its file and its pictures stay."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", help="name of the model")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when there is no such added model."""
    from worker.models import registry

    try:
        registry.remove(args.name, data=args.data)
    except KinetoscopeError as problem:
        print(f"kinetoscope remove: {problem}", file=sys.stderr)
        return 1
    print(f"Removed {args.name}.")
    return 0
