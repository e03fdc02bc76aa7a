"""Download the published weights of a known network; an interrupted download goes on where it was."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tqdm import tqdm

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a known network: ./kinetoscope list")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when the weights cannot be had."""
    from worker.models import weights  # torch: imported only when it is needed

    with tqdm(unit="B", unit_scale=True, desc=args.model, disable=None) as bar:

        def show(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            found = weights.pull(args.model, data=args.data, progress=show)
        except KinetoscopeError as problem:
            bar.close()
            print(f"kinetoscope pull: {problem}", file=sys.stderr)
            return 1
    print(f"{args.model} is ready: {found.words}.")
    return 0
