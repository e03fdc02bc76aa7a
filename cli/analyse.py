"""Find out what a model has learned, over a folder of clips; an interrupted run goes on where it was.

    ./kinetoscope analyse mynet path/to/clips
    ./kinetoscope analyse demo                  # over clips drawn for it

The pages of the model then show what was found (docs/findings.md).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from cli.bar import Bar
from contract import settings
from contract.analysis import DRAWN_FOR
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.errors import ClipProblem, KinetoscopeError
from contract.findings import Overview
from contract.nouns import count

if TYPE_CHECKING:
    from worker.analyses.collection import Entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model")
    parser.add_argument("clips", type=Path, nargs="?", help="folder of video files, or a data set (docs/data.md)")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")
    parser.add_argument("--source", default=None, help="what the clips are, in words (default: the folder's name)")
    parser.add_argument(
        "--optima",
        type=int,
        default=0,
        metavar="N",
        help="also optimize N units of each layer under five values of chi, and those of shuffled weights (slow)",
    )
    parser.add_argument("--device", default="cpu", help="device of those optimizations: cpu, cuda:0, ...")
    parser.add_argument("--drawn", type=int, help="clips drawn per split for the demo (default 200)")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when model or clips cannot be used."""
    from worker.analyses import findings  # torch: imported only when it is needed
    from worker.models import registry

    bar = Bar()
    try:
        model = registry.load(args.model, data=args.data, progress=bar.show)
        entries, source = _clips(args, model.card)
    except KinetoscopeError as problem:
        bar.close()
        print(f"kinetoscope analyse: {problem}", file=sys.stderr)
        return 1
    archive = Archive(args.data, model.card.fingerprint)
    if args.clips is not None:
        archive.remember_folder(args.clips.resolve())
    try:
        overview = findings.analyse(
            model,
            entries,
            archive,
            source=args.source or source,
            progress=bar.show,
            failed=lambda entry, reason: tqdm.write(f"left out: {entry.name}: {reason}", file=sys.stderr),
        )
        if args.optima:
            findings.look_at_optima(model, archive, count=args.optima, device=args.device, progress=bar.show)
    finally:
        bar.close()
    _report(overview)
    return 0


def _clips(args: argparse.Namespace, card: ModelCard) -> tuple[list[Entry], str]:
    from worker.analyses import collection, sets
    from worker.datasets import flow_cache, reader

    if args.clips is not None:
        found = reader.find(args.clips, cache=flow_cache.folder(args.data))
        if found.missing:
            print(found.words, file=sys.stderr)
        return collection.from_set(found, card), found.name
    if args.model != DRAWN_FOR:
        raise ClipProblem("Name a folder of clips: only the demo has clips of its own, which are drawn.")
    return sets.drawn(card, count=args.drawn or sets.COUNT)


def _report(overview: Overview) -> None:
    print(f"{count(overview.total, 'clip')}: {overview.source}.")
    if overview.left_out:
        print(f"{len(overview.left_out)} could not be read: {', '.join(overview.left_out[:5])}")
    if overview.labelled:
        print(f"{overview.right} of {overview.labelled} with a class of the model are classified right.")
        if overview.labelled < 5 * len(overview.present):
            print("There are fewer than five clips per class: take figures by class as hints.")
