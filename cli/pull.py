"""Download the published weights of a known network; an interrupted download goes on where it was."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a known network (./kinetoscope list), or owner/name on Hugging Face")
    parser.add_argument("--name", default=None, help="name of a Hugging Face model here (default: its own)")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when the weights cannot be had."""
    with tqdm(unit="B", unit_scale=True, desc=args.model, disable=None) as bar:

        def show(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            name, words = _hub(args, show) if "/" in args.model else _known(args, show)
        except KinetoscopeError as problem:
            bar.close()
            print(f"kinetoscope pull: {problem}", file=sys.stderr)
            return 1
    print(f"{name} is ready: {words}.")
    return 0


def _known(args: argparse.Namespace, show: Callable[[int, int | None], None]) -> tuple[str, str]:
    from worker.models import weights  # torch: imported only when it is needed

    return args.model, weights.pull(args.model, data=args.data, progress=show).words


def _hub(args: argparse.Namespace, show: Callable[[int, int | None], None]) -> tuple[str, str]:
    from worker.models import huggingface, registry
    from worker.models.origin import at

    folder = huggingface.pull(args.model, data=args.data, progress=show)
    name = args.name or re.sub(r"[^a-z0-9_\-]", "-", args.model.rpartition("/")[2].lower())
    return name, registry.add(name, at(folder), data=args.data).card.weights
