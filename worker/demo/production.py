"""From a seed to everything the demo ships: clips, four networks, activation statistics, card."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from contract.catalogue import ModelCard
from worker import calibrate, canvas
from worker.demo.clips import CLASSES
from worker.demo.dataset import Dataset, draw_dataset
from worker.demo.evaluation import accuracy, pair_accuracy, scores
from worker.demo.sample import orders
from worker.demo.training import Recipe, Streams, fit
from worker.models import facts
from worker.models.assemble import with_statistics
from worker.models.demo import STREAMS, WEIGHTS, load_network, save_network
from worker.models.fingerprint import fingerprint
from worker.models.two_stream import TwoStreamFusion, init_motion_kernels, two_stream_fusion


@dataclass(frozen=True)
class Splits:
    """Held-out clips: as in training; ambiguous; with still eyes."""

    easy: Dataset
    hard: Dataset
    frozen: Dataset


def draw_training(clips: int, *, seed: int, processes: int) -> Dataset:
    """The clips that the networks learn from."""
    return draw_dataset(orders(clips, 10 * seed), processes=processes, title="training clips")


def draw_held_out(clips: int, *, seed: int, processes: int) -> Splits:
    """Draw the held-out splits, `clips` each; they share no clip with each other or with the training clips."""
    base = 10 * seed
    return Splits(
        easy=draw_dataset(orders(clips, base + 1), processes=processes, title="easy clips"),
        hard=draw_dataset(orders(clips, base + 2, hard=True), processes=processes, title="hard clips"),
        frozen=draw_dataset(
            orders(clips, base + 3, freeze_eyes=True), processes=processes, title="clips with still eyes"
        ),
    )


def train_networks(train: Dataset, *, epochs: int, seed: int, processes: int) -> None:
    """Train and save the four networks, all with the same budget, each by one process with one thread.

    The appearance stream comes first: its filters start the motion streams of the others. (One thread a network and
    networks side by side waste less than threads that wait for each other.)
    """
    recipe = Recipe(epochs=epochs)
    with tempfile.TemporaryDirectory() as folder:
        clips = Path(folder) / "clips.pt"
        torch.save(vars(train), clips)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            pool.submit(_train, "appearance", clips, recipe, seed, "appearance").result()
            later = [
                pool.submit(_train, "demo", clips, recipe, seed, "both"),
                pool.submit(_train, "second", clips, recipe, seed + 1000, "both"),
                pool.submit(_train, "motion", clips, recipe, seed, "motion"),
            ]
            for network in later:
                network.result()


def write_card(splits: Splits) -> dict[str, float]:
    """Measure the saved networks, write statistics and card. Returns the accuracies."""
    network = load_network("demo")
    layers, class_layer = facts.layers(network, STREAMS)
    measured = measure(splits)
    card = ModelCard(
        name="demo",
        title="Demo: two-stream fusion on drawn clips",
        description=(
            "A small two-stream fusion network trained on drawn clips of ten actions, in pairs that differ "
            "only in motion or only in appearance. In lipstick clips, and in no others, the eyes move: a planted bias. "
            "Trained against small worst-case changes of its inputs, so that its optima are recognisable."
        ),
        fingerprint=fingerprint(network, STREAMS),
        streams=STREAMS,
        layers=tuple(layers),
        class_layer=class_layer,
        classes=CLASSES,
        parameters=sum(p.numel() for p in network.parameters()),
        accuracy={name: round(value, 4) for name, value in measured.items()},
        citation="After Feichtenhofer, Pinz, Wildes, Zisserman: What have we learned from deep representations for "
        "action recognition? CVPR 2018.",
        licence="Apache-2.0",
        extends=False,
        causal=False,
        calibration="",
    )
    tally = calibrate.run(network, card, _calibration_clips(splits.easy), calibrate.Tally(len(CLASSES)))
    statistics = tally.statistics(f"{len(splits.easy)} drawn clips of the demo's easy held-out split")
    calibrate.save(statistics, WEIGHTS / "statistics.safetensors")
    (WEIGHTS / "card.json").write_text(with_statistics(card, statistics).model_dump_json(indent=1) + "\n")
    return measured


def measure(splits: Splits) -> dict[str, float]:
    """Accuracies of the saved networks on the held-out splits."""
    network = load_network("demo")
    easy, hard, frozen = (scores(network, data) for data in (splits.easy, splits.hard, splits.frozen))
    result = {"joint": accuracy(easy, splits.easy.labels)}
    for stream in ("appearance", "motion"):
        alone = scores(load_network(stream), splits.easy, streams=stream)
        result[f"{stream} alone"] = accuracy(alone, splits.easy.labels)
    result["second network (another seed)"] = accuracy(scores(load_network("second"), splits.easy), splits.easy.labels)
    result["hard clips (unlike the training clips)"] = accuracy(hard, splits.hard.labels)
    result |= {f"easy, {pair}": v for pair, v in pair_accuracy(easy, splits.easy.labels).items()}
    result |= {f"hard, {pair}": v for pair, v in pair_accuracy(hard, splits.hard.labels).items()}
    result["still eyes, eye make-up / lipstick"] = pair_accuracy(frozen, splits.frozen.labels)["eye make-up / lipstick"]
    return result


def _train(name: str, clips: Path, recipe: Recipe, seed: int, streams: Streams) -> None:
    torch.set_num_threads(1)
    train = Dataset(**torch.load(clips, mmap=True))
    torch.manual_seed(seed)
    network = two_stream_fusion("demo", len(CLASSES))
    if name != "appearance":
        _first_filters(network).load_state_dict(_first_filters(load_network("appearance")).state_dict())
        init_motion_kernels(network)
    fit(network, train, recipe, seed=seed, streams=streams, title=name)
    save_network(network, name)


def _first_filters(network: TwoStreamFusion) -> nn.Module:
    return network.get_submodule("appearance.conv1_1")


def _calibration_clips(data: Dataset) -> Iterator[calibrate.Sample]:
    """Clips in grey levels about the mean, (channel, time, height, width) per stream."""
    mean = canvas.grey_mean(STREAMS[0]).view(3, 1, 1)
    for index in range(len(data)):
        appearance = (data.images[index].float() - mean).unsqueeze(1)
        motion = data.flow[index].float().unflatten(0, (-1, 2)).transpose(0, 1)
        yield f"clip {index}", (appearance, motion), int(data.labels[index])
