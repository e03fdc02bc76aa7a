"""Measure the activation scale of a model on a folder of clips; an interrupted run goes on where it was."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from contract import settings
from contract.catalogue import ModelCard
from contract.errors import ClipProblem, KinetoscopeError

if TYPE_CHECKING:
    from worker.calibrate import Sample
    from worker.clips import Clip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model")
    parser.add_argument("clips", type=Path, help="folder of video files; sub-folders or UCF101 names give the classes")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")
    parser.add_argument("--source", default=None, help="what the clips are, in words (default: the folder's name)")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when model or clips cannot be used."""
    from worker import calibrate, clips  # torch: imported only when it is needed
    from worker.models import registry
    from worker.models.assemble import statistics_path

    try:
        model = registry.load(args.model, data=args.data, rough=False)
        found = clips.find(args.clips)
    except KinetoscopeError as problem:
        print(f"kinetoscope calibrate: {problem}", file=sys.stderr)
        return 1
    target = statistics_path(args.data, model.card.fingerprint)
    partial = target.with_suffix(".partial.safetensors")
    tally = calibrate.load_tally(partial, classes=len(model.card.classes))
    if tally.seen:
        print(f"Going on after {len(tally.seen)} clips of an interrupted run.")
    waiting = [clip for clip in found if str(clip.path) not in set(tally.seen)]
    calibrate.run(
        model.module,
        model.card,
        _samples(waiting, model.card),
        tally,
        checkpoint=lambda t: calibrate.save_tally(t, partial),
    )
    if not tally.count:
        print("kinetoscope calibrate: none of the clips could be read.", file=sys.stderr)
        return 1
    source = args.source or f"{tally.count} clips of {args.clips.resolve().name}"
    calibrate.save(tally.statistics(source), target)
    partial.unlink(missing_ok=True)
    _report(tally.correct, tally.labelled, source)
    return 0


def _samples(found: list[Clip], card: ModelCard) -> Iterator[Sample]:
    from worker import clips

    numbers = {clips.normal_label(name): number for number, name in enumerate(card.classes)}
    for clip in tqdm(found, unit="clip", disable=None):
        try:
            inputs = clips.read(clip.path, card.streams)
        except ClipProblem as problem:
            tqdm.write(f"left out: {problem}", file=sys.stderr)
            continue
        label = numbers.get(clips.normal_label(clip.label)) if clip.label else None
        yield str(clip.path), inputs, label


def _report(correct: int, labelled: int, source: str) -> None:
    print(f"Calibrated on {source}.")
    if labelled:
        print(f"{correct} of {labelled} clips with a class of the model are classified right.")
