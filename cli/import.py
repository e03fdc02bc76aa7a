"""Take the weights of a known network from a file (safetensors, or a PyTorch state_dict), or read an atlas back.

./kinetoscope import r3d_18 weights.safetensors
./kinetoscope import atlas DIR                    # docs/atlas.md
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from cli.bar import Bar
from contract import data_folder, settings
from contract.errors import KinetoscopeError
from contract.nouns import count
from contract.store import Store

ATLAS = "atlas"
"""What is imported where it is no network."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a known network: ./kinetoscope list; or `atlas`")
    parser.add_argument(
        "file",
        type=Path,
        nargs="+",
        help="file with its weights, or one per stream: appearance, motion; the folder of an atlas",
    )
    parser.add_argument(
        "--labels", default=None, help="class names, where they are not the published ones: a known list, or a file"
    )
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when the file does not fit."""
    return _atlas(args) if args.model == ATLAS else _weights(args)


def _atlas(args: argparse.Namespace) -> int:
    """Read an atlas back into the data folder, which nobody may use meanwhile."""
    from backend.app import PICTURES
    from backend.atlas import checking, reading
    from cli.run import locked

    if len(args.file) != 1 or args.labels:
        raise checking.NotAnAtlas("Give one folder: ./kinetoscope import atlas DIR")
    data, bar = args.data.expanduser().resolve(), Bar()
    try:
        atlas = checking.check(args.file[0].expanduser(), bar.show)
        with locked(data):
            data_folder.prepare(data)
            found = reading.read(atlas, data, store=Store(None, data / PICTURES), progress=bar.show)
    finally:
        bar.close()
    for each in found:
        there = f", {each.known:,} {'was' if each.known == 1 else 'were'} here already" if each.known else ""
        findings = "read" if each.findings else "left as they are"
        print(f"{each.card.name}: {count(each.new, 'picture')}{there}; findings {findings}")
    print("./kinetoscope run shows them.")
    return 0


def _weights(args: argparse.Namespace) -> int:
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
