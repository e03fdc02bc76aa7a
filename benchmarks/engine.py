"""What the engine gains: CPU seconds per step, and to an equal objective, against activation maximization as it is
commonly written (benchmarks/plain.py).

The plain loop optimizes the frame that the network was made for; so do ours where objectives are compared, from the
same noise, on the same objective, which the whole network in fp32 has the last word on. A step of the product is taken
on what the unit sees of the frame, as the product takes it; on the whole frame it is reported beside it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import torch
from torch.utils.flop_counter import FlopCounterMode
from tqdm import tqdm

from benchmarks import peers, plain
from benchmarks.memory import peak as peak_of
from benchmarks.report import Report, matmul_gflops
from contract.catalogue import ModelCard, Stream
from contract.spec import Parameters, VisualizationRequest, bind
from worker import calibrate, canvas
from worker.canvas import Canvas
from worker.data_term import data_term
from worker.execute import SLOTS, Executions, truncate
from worker.models import registry, zoo
from worker.models.assemble import describe
from worker.models.model import Model, Statistics
from worker.models.sheet import Sheet
from worker.models.two_stream import two_stream_fusion
from worker.objectives import as_map
from worker.optimize import optimize
from worker.optimum import Optimum, Step
from worker.view import View

SHIPPED_RATE = 0.05
"""Adam's rate in torch-lucent and its kin, in units of a network input of variance one."""

RATES = (0.2, 0.8)
"""Other rates that the plain loop may choose from."""

STEPS = (3, 5, 8, 12, 18, 27, 40, 60, 90, 130)
"""Lengths of our own runs, the first that reaches the plain loop's objective counts."""

UNITS = SLOTS["cpu"]["cone"]
"""Units that our runs compute together."""

STREAMS = [
    Stream(name="appearance", kind="appearance", frames=1, height=224, width=224, layout="CHW", mean=(0.5,) * 3,
           std=(0.225,) * 3),
    Stream(name="motion", kind="motion", frames=10, height=224, width=224, layout="CHW", span=51.0),
]  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One layer of one network. steps: of the plain loop; 0 where only the step is timed. targets: of the ratios.

    Those of bf16 are for processors with AMX. peers: whether other projects can do it, too.
    """

    name: str
    build: Callable[[Path], Model]
    layer: str
    steps: int = 0
    step_ratio: str = ""
    exact_ratio: str = ""
    objective_ratio: str = ""
    peers: bool = False


JOBS = (
    Job("vgg16", lambda data: known("vgg16", data), "features.24", 128, ">= 26", ">= 7", ">= 100", peers=True),
    Job("r3d_18", lambda data: known("r3d_18", data), "layer3.1.conv2.0", 64, ">= 13.5", ">= 2.3", ">= 30"),
    Job("s3d", lambda data: known("s3d", data), "features.9.branch1.1.1.0", 64, ">= 11.5", ">= 4.9", ">= 30"),
    Job("demo.conv5_fusion", lambda data: registry.load("demo", data=data), "conv5_fusion"),
    Job("demo.fc6", lambda data: registry.load("demo", data=data), "fc6"),
    *(
        Job(f"fusion_vgg16.{layer.rsplit('.', 1)[-1]}", lambda data: fusion_vgg16(data), layer)
        for layer in ("appearance.conv3_3", "conv5_fusion", "fc6")
    ),
)


def measure(report: Report, *, only: str = "", own: Sequence[Job] = ()) -> None:
    """Add the figures of every job to `report`. only: of the jobs whose name begins so. own: jobs instead of ours."""
    peak = matmul_gflops("bfloat16", clock=time.process_time)
    jobs = [job for job in own or JOBS if job.name.startswith(only)]
    with tempfile.TemporaryDirectory() as folder:
        for job in tqdm(jobs, desc="networks", disable=None):
            model = scaled(job.build(Path(folder)), job.layer)
            frame = native(model.card)
            _steps(report, job, model, frame, peak)
            _memory(report, job, model, frame)
            if job.peers:
                _peers(report, job, model, frame)
            if job.steps:
                _objectives(report, job, model, frame)


def served(name: str, layers: Sequence[str], data: Path) -> list[Job]:
    """The jobs for a model of the data folder `data`."""
    return [Job(f"{name}.{layer}", lambda _folder: registry.load(name, data=data), layer, 64) for layer in layers]


def _steps(report: Report, job: Job, model: Model, frame: tuple[Canvas, ...], peak: float) -> None:
    """Seconds per step of the plain loop and of ours, taken in turns."""
    plainly, fast, exact, framed = [], [], [], []
    for _ in range(3):
        plainly.append(_plain_step(model, job.layer, frame))
        fast.append(_our_step(model, job.layer, None))
        exact.append(_our_step(model, job.layer, torch.float32))
        with framing(frame):
            framed.append(_our_step(model, job.layer, None))
    step, ours = statistics.median(plainly), statistics.median(fast)
    seen = canvas.plan(model.card, model.card.layer(job.layer), jitter=None)
    report.add(f"{job.name}.plain_step", step, "s cpu")
    report.add(f"{job.name}.step", ours, "s cpu")
    report.add(f"{job.name}.step_ratio", step / ours, "x", _with_amx(job.step_ratio))
    report.add(f"{job.name}.step_ratio.fp32", step / statistics.median(exact), "x", job.exact_ratio)
    report.add(f"{job.name}.step_ratio.whole_frame", step / statistics.median(framed), "x")
    report.add(f"{job.name}.floor_share", flops(model, job.layer, seen) / (peak * 1e9) / ours)


def _with_amx(target: str) -> str:
    """A target that is for processors with AMX; on others the value is only reported."""
    return target if torch.cpu._is_amx_tile_supported() else ""


def _memory(report: Report, job: Job, model: Model, frame: tuple[Canvas, ...]) -> None:
    """What a step holds besides weights: of the plain loop for one unit, of ours for all that run together."""
    report.add(f"{job.name}.plain_memory", peak_of(lambda: _plain_step(model, job.layer, frame)) / 2**20, "MB")
    report.add(f"{job.name}.memory", peak_of(lambda: _our_step(model, job.layer, None)) / 2**20, "MB")


def _peers(report: Report, job: Job, model: Model, frame: tuple[Canvas, ...]) -> None:
    """Seconds per step of the projects that are installed, and how many of our steps that is."""
    ours = _our_step(model, job.layer, None)
    for name, run in peers.PEERS.items():
        taken = peers.seconds(run, model.module, job.layer, frame[0].height)
        if taken is not None:
            report.add(f"{job.name}.{name}_step", taken, "s cpu")
            report.add(f"{job.name}.{name}_ratio", taken / ours, "x")


def _objectives(report: Report, job: Job, model: Model, frame: tuple[Canvas, ...]) -> None:
    """Seconds to the objective that the plain loop ends with: as it is shipped, and at its best rate."""
    parameters = Parameters(jitter=0)
    courses = {
        rate: plain.maximize(model, job.layer, 0, frame, parameters=parameters, rate=rate, steps=job.steps)[1]
        for rate in (SHIPPED_RATE, *RATES)
    }
    best = max(courses.values(), key=lambda course: course.objective[-1])
    ours: list[tuple[float, float]] = []
    with framing(frame):
        for steps in STEPS:
            ours.append(_ours(model, job.layer, frame, steps))
            if ours[-1][1] >= best.objective[-1]:
                break
    for label, course, target in (
        ("objective_ratio", courses[SHIPPED_RATE], _with_amx(job.objective_ratio)),
        ("tuned_objective_ratio", best, ""),
    ):
        reached = next((seconds for seconds, value in ours if value >= course.objective[-1]), float("inf"))
        report.add(f"{job.name}.{label}", course.seconds[-1] / reached, "x", target)
    report.add(f"{job.name}.objective.plain", courses[SHIPPED_RATE].objective[-1])
    report.add(f"{job.name}.objective.tuned", best.objective[-1])
    report.add(f"{job.name}.objective.ours", ours[-1][1])


def _plain_step(model: Model, layer: str, frame: Sequence[Canvas]) -> float:
    _, course = plain.maximize(model, layer, 0, frame, parameters=Parameters(jitter=0), rate=SHIPPED_RATE, steps=3)
    return (course.seconds[-1] - course.seconds[0]) / 2


def _our_step(model: Model, layer: str, dtype: torch.dtype | None) -> float:
    """CPU seconds per step and unit, once everything is warm."""
    marks = []
    for step in _run(model, layer, steps=9, dtype=dtype):
        marks.append(time.process_time())
        if step.index == 8:  # the last one also takes the optima
            break
    return (marks[7] - marks[2]) / 5 / UNITS


def _ours(model: Model, layer: str, frame: Sequence[Canvas], steps: int) -> tuple[float, float]:
    """CPU seconds per unit of a whole run, and the objective it ends with."""
    started = time.process_time()
    (last,) = deque(_run(model, layer, steps=steps, dtype=None, jitter=0), maxlen=1)
    seconds = (time.process_time() - started) / UNITS
    return seconds, _objective(model, last.optima[0], frame)


def _objective(model: Model, optimum: Optimum, frame: Sequence[Canvas]) -> float:
    pictures = [optimum.inputs[c.stream.name][None] for c in frame if c.stream.name in optimum.inputs]
    with torch.no_grad():
        return float(plain.objective(model, optimum.spec.layer, 0, pictures, frame, Parameters(jitter=0)))


def _run(
    model: Model, layer: str, *, steps: int, dtype: torch.dtype | None, jitter: int | None = None
) -> Iterator[Step]:
    parameters = Parameters(jitter=jitter, steps=steps)
    specs = [
        bind(VisualizationRequest(model=model.card.name, layer=layer, unit=u, parameters=parameters),
             model.card.fingerprint)
        for u in range(UNITS)
    ]  # fmt: skip
    return optimize(model, specs, dtype=dtype)


def flops(model: Model, layer: str, frame: tuple[Canvas, ...]) -> int:
    """Products and sums of one step of one unit: forward, and the gradient of the input."""
    term = data_term(
        model, layer, Parameters(jitter=0), frame, slots=1, executions=Executions("cpu"), dtype=torch.float32
    )
    pictures = [torch.zeros(1, *c.shape()) for c in frame]
    with FlopCounterMode(display=False) as counter:
        term.gradients(pictures, [View(0, 0)])
    return counter.get_total_flops()


@contextmanager
def framing(frame: tuple[Canvas, ...]) -> Iterator[None]:
    """Ours on `frame`, not on what the unit sees of it."""
    with patch("worker.canvas.plan", lambda *_args, **_options: frame):
        yield


def native(card: ModelCard) -> tuple[Canvas, ...]:
    """The frame that the network was made for."""
    return tuple(Canvas(s, s.frames, s.height, s.width, 0) for s in card.streams)


def known(name: str, data: Path) -> Model:
    """A network of torchvision with random weights."""
    module = zoo.network(name).eval()
    return Model(describe(name, module, zoo.sheet(name, weights="random", trained=False), data=data), module)


def fusion_vgg16(data: Path) -> Model:
    """The network of the paper's figures, with random weights."""
    torch.manual_seed(0)
    module = two_stream_fusion("vgg16", 101).eval()
    sheet = Sheet(title="VGG-16 fusion (random weights)", streams=tuple(STREAMS))
    return Model(describe("fusion_vgg16", module, sheet, data=data), module)


def scaled(model: Model, layer: str, clips: int = 4) -> Model:
    """The model with the activation scale of one layer, from a few clips of noise."""
    card = model.card.layer(layer)
    forward = truncate(model.module, layer, device=torch.device("cpu"))
    peaks = []
    with torch.no_grad():
        for _, inputs, _ in calibrate.noise_samples(model.card, count=clips):
            given = [canvas.to_network(x[None], s) for x, s in zip(inputs, model.card.streams, strict=True)]
            peaks.append(as_map(forward(given), 1, card).amax((0, 2, 3, 4)))
    maximum = torch.stack(peaks).amax(0).abs()
    return replace(model, statistics=Statistics({layer: maximum}, {layer: torch.zeros_like(maximum)}))
