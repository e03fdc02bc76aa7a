"""The shipped demo: a small two-stream fusion network trained on drawn clips, its card and its activation scale."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import nn

from contract.catalogue import ModelCard, Stream
from worker import calibrate
from worker.demo.clips import CLASSES, FRAMES, SIDE
from worker.demo.dataset import APPEARANCE_MEAN, APPEARANCE_SPAN, APPEARANCE_STD, MOTION_SPAN
from worker.demo.sample import LEVELS_PER_PX
from worker.models.model import Model
from worker.models.two_stream import TwoStreamFusion, two_stream_fusion

WEIGHTS = Path(__file__).resolve().parent.parent / "demo" / "weights"
"""Files written by `./kinetoscope train-demo`."""

NETWORKS = ("demo", "second", "appearance", "motion")
"""The network that is shown; one of another seed, to which optima are transferred; each stream trained alone."""

STREAMS = (
    Stream(
        name="appearance",
        kind="appearance",
        frames=1,
        height=SIDE,
        width=SIDE,
        layout="CHW",
        fps=25.0,
        levels_per_px=LEVELS_PER_PX,
        span=APPEARANCE_SPAN,
        mean=(APPEARANCE_MEAN,) * 3,
        std=(APPEARANCE_STD,) * 3,
    ),
    Stream(
        name="motion",
        kind="motion",
        frames=FRAMES - 1,
        height=SIDE,
        width=SIDE,
        layout="CHW",
        span=MOTION_SPAN,
        mean=(0.0, 0.0),
        std=(1.0, 1.0),
        levels_per_px=LEVELS_PER_PX,
        fps=25.0,
    ),
)


def card() -> ModelCard:
    """The shipped card. Raises FileNotFoundError where it is missing."""
    return ModelCard.model_validate_json((WEIGHTS / "card.json").read_bytes())


def build(_data: Path) -> Model:
    """The demo with its shipped weights, card and statistics. Raises FileNotFoundError where they are missing."""
    return Model(card(), load_network("demo"), calibrate.load(WEIGHTS / "statistics.safetensors"))


def load_network(name: str) -> TwoStreamFusion:
    """One of NETWORKS from its file, in eval mode, frozen; the half-precision weights become fp32."""
    network = two_stream_fusion("demo", len(CLASSES))
    network.load_state_dict(load_file(WEIGHTS / f"{name}.safetensors"))
    return network.eval().requires_grad_(False)


def save_network(network: nn.Module, name: str) -> None:
    """Write one of NETWORKS, in half precision: 2 bytes a weight keep the repository small."""
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    half = {key: value.detach().half().contiguous() for key, value in network.state_dict().items()}
    save_file(half, WEIGHTS / f"{name}.safetensors")
