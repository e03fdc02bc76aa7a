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
from contract.nouns import count

if TYPE_CHECKING:
    from worker.calibrate import Sample
    from worker.datasets.footage import Clip
    from worker.datasets.reader import DataSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model")
    parser.add_argument("clips", type=Path, help="folder of video files, or a data set (docs/data.md)")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")
    parser.add_argument("--source", default=None, help="what the clips are, in words (default: the folder's name)")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when model or clips cannot be used."""
    from worker import calibrate  # torch: imported only when it is needed
    from worker.datasets import flow_cache, reader
    from worker.models import registry
    from worker.models.assemble import statistics_path

    try:
        model = registry.load(args.model, data=args.data, rough=False)
        found = reader.find(args.clips, cache=flow_cache.folder(args.data))
    except KinetoscopeError as problem:
        print(f"kinetoscope calibrate: {problem}", file=sys.stderr)
        return 1
    if found.missing:
        print(found.words, file=sys.stderr)
    target = statistics_path(args.data, model.card.fingerprint)
    partial = target.with_suffix(".partial.safetensors")
    tally = calibrate.load_tally(partial, classes=len(model.card.classes))
    if tally.seen:
        print(f"Going on after {count(len(tally.seen), 'clip')} of an interrupted run.")
    waiting = [clip for clip in found.clips if clip.name not in set(tally.seen)]
    calibrate.run(
        model.module,
        model.card,
        _samples(found, waiting, model.card),
        tally,
        checkpoint=lambda t: calibrate.save_tally(t, partial),
    )
    if not tally.count:
        print("kinetoscope calibrate: none of the clips could be read.", file=sys.stderr)
        return 1
    source = args.source or f"{count(tally.count, 'clip')} {found.origin}"
    calibrate.save(tally.statistics(source), target)
    partial.unlink(missing_ok=True)
    _report(tally.correct, tally.labelled, source)
    return 0


def _samples(found: DataSet, waiting: list[Clip], card: ModelCard) -> Iterator[Sample]:
    from worker import clips
    from worker.datasets.footage import normal_label

    numbers = {normal_label(name): number for number, name in enumerate(card.classes)}
    for clip in tqdm(waiting, unit="clip", disable=None):
        try:
            frames, rate = clips.decode(clip.path, clip.start, clip.end)
            inputs = [clips.sample(frames, rate, stream, motion=found.motion(clip)) for stream in card.streams]
        except ClipProblem as problem:
            tqdm.write(f"left out: {problem}", file=sys.stderr)
            continue
        label = numbers.get(normal_label(clip.label)) if clip.label else None
        yield clip.name, inputs, label


def _report(correct: int, labelled: int, source: str) -> None:
    print(f"Calibrated on {source}.")
    if labelled:
        print(f"{correct} of {count(labelled, 'clip')} with a class of the model are classified right.")
