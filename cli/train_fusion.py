"""Train the fusion of two imported streams on labelled clips; an interrupted run goes on where it was.

    ./kinetoscope import two_stream_vgg16 appearance.mat motion.mat
    ./kinetoscope train-fusion ucfTrainTestlist/trainlist01.txt --held-out ucfTrainTestlist/testlist01.txt

No trained fusion VGG-16 is published. Its convolutions are those of the imported streams; the fusion and the fully
connected layers are learned. The dashboard then offers it as fusion_vgg16.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from contract import settings
from contract.errors import ClipProblem, KinetoscopeError
from contract.nouns import count

if TYPE_CHECKING:
    from worker.training.labelled import Labelled

STREAMS, FUSED = "two_stream_vgg16", "fusion_vgg16"
EVERY = 200
"""Steps between two savings of the state; it is also saved behind every epoch."""

HELD_OUT = 10
"""Without --held-out, every tenth clip is kept for measuring."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("clips", type=Path, help="folder of labelled videos, or a data set (docs/data.md)")
    parser.add_argument("--held-out", type=Path, help="clips to measure on (default: every 10th is kept for it)")
    parser.add_argument("--epochs", type=int, default=10, help="passes over the clips (default 10)")
    parser.add_argument("--batch", type=int, default=32, help="clips a step (default 32)")
    parser.add_argument("--rate", type=float, default=5e-4, help="largest learning rate (default 5e-4)")
    parser.add_argument("--seed", type=int, default=0, help="seed of order, windows and dropout (default 0)")
    parser.add_argument("--device", default="", help="cpu, cuda:0, ... (default: the best one)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2, help="clips decoded at once")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Train, measure and keep the network; 1 when streams or clips cannot be used."""
    try:
        words = _train(args)
    except KinetoscopeError as problem:
        print(f"kinetoscope train-fusion: {problem}", file=sys.stderr)
        return 1
    print(f"{FUSED} is ready: {words}.")
    return 0


def _train(args: argparse.Namespace) -> str:
    import torch

    from worker.models import two_stream, weights, zoo
    from worker.training import fusion, loop
    from worker.training.accuracy import accuracy
    from worker.training.loop import Run
    from worker.training.resumption import Kept

    origin = weights.record(STREAMS, args.data)
    if origin is None or origin.kind == "random":
        raise ClipProblem(f"There are no streams: ./kinetoscope import {STREAMS} APPEARANCE_FILE MOTION_FILE.")
    sheet = zoo.KNOWN[FUSED].sheet()
    train, held_out, classes, published = _clips(args, sheet.classes, sheet.streams)
    train, held_out = _prepared(train, "training clips"), _prepared(held_out, "held-out clips")
    torch.manual_seed(args.seed)
    network = two_stream.two_stream_fusion("vgg16", len(classes))
    fusion.start(network, weights.tensors(STREAMS, args.data))
    network.to(args.device or ("cuda:0" if torch.cuda.is_available() else "cpu"))
    recipe = fusion.Recipe(epochs=args.epochs, batch=args.batch, rate=args.rate)
    run = fusion.begin(network, train, recipe, seed=args.seed)
    kept = Kept(args.data / "training" / f"{FUSED}.pt", _identity(args, origin.sha256, train))
    if kept.load(run):
        print(f"Going on after {count(run.step, 'step')} of an interrupted run.")
    measured = 0.0

    def after(run: Run) -> None:
        nonlocal measured
        ended = run.step % run.order.batches == 0
        if ended or run.step % EVERY == 0:
            kept.save(run)
        if ended:
            measured = accuracy(network, held_out.middle, len(held_out))
            epoch = run.step // run.order.batches
            tqdm.write(f"epoch {epoch}: {measured:.1%} of {len(held_out)} held-out clips are named right")

    if run.step == run.schedule.total_steps:
        measured = accuracy(network, held_out.middle, len(held_out))
    loop.train(run, fusion.loss(network, train, recipe, run), title="training", after=after)
    state = {name: value.cpu() for name, value in network.state_dict().items()}
    source = f"{train.found.name}: {len(train)} clips, on the streams of {origin.source}"
    found = weights.put(
        FUSED, state, data=args.data, source=source, classes=() if published else classes,
        accuracy={f"acc@1, {len(held_out)} held-out clips": round(measured, 4)},
    )  # fmt: skip
    kept.done()
    return found.words


def _clips(args: argparse.Namespace, known: tuple[str, ...], streams: tuple) -> tuple[Labelled, Labelled, tuple, bool]:
    """Clips to learn from and to measure on, the classes, and whether these are the published ones."""
    from worker.datasets import flow_cache, reader
    from worker.training import labelled

    cache = flow_cache.folder(args.data)
    found = reader.find(args.clips, cache=cache)
    others = reader.find(args.held_out, cache=cache) if args.held_out else found
    for each in {id(found): found, id(others): others}.values():
        if each.missing:
            print(each.words, file=sys.stderr)
    own = found.clips if args.held_out else [clip for i, clip in enumerate(found.clips) if i % HELD_OUT != HELD_OUT - 1]
    left = others.clips if args.held_out else found.clips[HELD_OUT - 1 :: HELD_OUT]
    classes, published = labelled.classes_of(found.clips, known)
    train = labelled.Labelled(found, *labelled.numbered(own, classes), streams, args.seed, args.threads)
    held_out = labelled.Labelled(others, *labelled.numbered(left, classes), streams, args.seed, args.threads)
    if not len(held_out):
        few = f"give others with --held-out, or at least {HELD_OUT} clips"
        raise ClipProblem(f"No held-out clip has a class of the training clips: {few}.")
    return train, held_out, classes, published


def _prepared(clips: Labelled, title: str) -> Labelled:
    """The clips that can be read, their flow estimated."""
    rows = clips.prepare(lambda clip, reason: tqdm.write(f"left out: {clip.name}: {reason}", file=sys.stderr))
    return clips.only(list(tqdm(rows, total=len(clips), desc=title, unit="clip", disable=None)))


def _identity(args: argparse.Namespace, streams: str, clips: Labelled) -> str:
    """What a run is of, in words that two different runs do not share."""
    import hashlib

    names = hashlib.sha256("\n".join(f"{clip.name} {clip.label}" for clip in clips.clips).encode()).hexdigest()
    return (
        f"{len(clips)} clips {names[:12]}, streams {streams[:12]}, epochs {args.epochs}, batch {args.batch}, "
        f"rate {args.rate:g}, seed {args.seed}"
    )
