"""Take the weights of a known network from a file: safetensors, or a PyTorch state_dict."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from contract import settings
from contract.errors import KinetoscopeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a known network: ./kinetoscope list")
    parser.add_argument(
        "file", type=Path, nargs="+", help="file with its weights, or one per stream: appearance, motion"
    )
    parser.add_argument(
        "--labels", default=None, help="class names, where they are not the published ones: a known list, or a file"
    )
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when the file does not fit."""
    from worker.models import labels, weights  # torch: imported only when it is needed

    try:
        classes = labels.find(args.labels, folder=Path.cwd()) if args.labels else ()
        found = weights.take(args.model, *args.file, data=args.data, classes=classes)
    except KinetoscopeError as problem:
        print(f"kinetoscope import: {problem}", file=sys.stderr)
        return 1
    print(f"{args.model} is ready: {found.words}.")
    if found.tuning and not found.tuning.classes:
        print("Its classes have no names yet: the same command with --labels, a known list or a file, gives them.")
    return 0
