"""A network with a layer of thousands of units that are all computed: files in a data folder, and its card."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.app import PICTURES
from contract.catalogue import LayerCard, ModelCard
from contract.result import Result, StreamPicture
from contract.settings import Settings
from contract.spec import Parameters, VisualizationRequest, bind
from contract.variants import VARIANTS, apply

MODEL, LAYER = "large", "fc6"
DISTINCT = 12
SIDE, FRAMES = 112, 10
SCALE = 4.0


def plant(data: Path, *, units: int) -> Path:
    """Write the card and a result for every unit, slow and fast. Returns the file of the card."""
    card = _card(units)
    media = [_media(np.random.default_rng(n), data / "planted" / str(n)) for n in range(DISTINCT)]
    for unit in range(units):
        for variant in ("slow", "fast"):
            parameters = apply(variant, Parameters())
            request = VisualizationRequest(model=MODEL, layer=LAYER, unit=unit, parameters=parameters)
            _file(data / PICTURES, _result(card, request, reached=1 + unit % 97 / 50), media[unit % DISTINCT])
    path = data / "card.json"
    path.write_text(card.model_dump_json())
    return path


def _card(units: int) -> ModelCard:
    shipped = ModelCard.model_validate_json(Settings(data=Path()).demo_card.read_text())
    layer = LayerCard(
        path=LAYER, kind="linear", units=units, frames=1, height=1, width=1, stride=None, receptive_field=None,
        receptive_frames=None, streams=("appearance", "motion"), lane="joint", depth=1,
        inputs=("appearance", "motion"),
    )  # fmt: skip
    changes = {"name": MODEL, "title": "A large layer", "layers": (layer,), "class_layer": None, "classes": ()}
    return shipped.model_copy(update={**changes, "dead": {}})


def _result(card: ModelCard, request: VisualizationRequest, *, reached: float) -> Result:
    spec = bind(request, card.fingerprint)
    fast = request.parameters.chi == VARIANTS["fast"]["chi"]
    look = StreamPicture(
        name="appearance", kind="appearance", frames=1, height=SIDE, width=SIDE, fps=25.0, strip="appearance.webp",
        poster="appearance-poster.webp", low=-90.0, high=110.0,
    )  # fmt: skip
    motion = StreamPicture(
        name="motion", kind="motion", frames=FRAMES, height=SIDE, width=SIDE, fps=25.0, strip="motion.webp",
        poster="motion-poster.webp", scale=SCALE, peak=SCALE if fast else SCALE / 2,
    )  # fmt: skip
    return Result(
        id=spec.id, spec=spec, dead=False, activation=reached, normalized=reached, reference=1.0, calibration="",
        receptive_field=None, canvas=SIDE, steps=100, seconds=3.0, device="cpu",
        trace=tuple(round(reached * step / 100, 4) for step in range(100)), streams=(look, motion),
    )  # fmt: skip


def _media(rng: np.random.Generator, folder: Path) -> list[Path]:
    """Smooth blobs that move, as stored by the worker."""
    folder.mkdir(parents=True)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    blob = np.exp(-(x**2 + y**2) / 0.05)
    turns = rng.uniform(0, 6.3) + 0.3 * np.arange(FRAMES)
    motion = np.full((FRAMES, SIDE, SIDE, 3), 128, np.uint8)
    motion[..., 0] = 128 + 120 * blob * np.cos(turns[:, None, None] + 9 * x)
    motion[..., 1] = 128 + 120 * blob * np.sin(turns[:, None, None] + 9 * y)
    waves = np.sin(x[..., None] * rng.normal(0, 30, 3) + y[..., None] * rng.normal(0, 30, 3))
    look = 128 + 90 * blob[..., None] * waves
    files = {
        "motion.webp": _webp(np.concatenate(list(motion), axis=1), lossless=True),
        "motion-poster.webp": _webp(motion[FRAMES // 2]),
        "appearance.webp": _webp(look.astype(np.uint8), lossless=True),
        "appearance-poster.webp": _webp(look.astype(np.uint8)),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _file(pictures: Path, result: Result, media: list[Path]) -> None:
    place = pictures / result.id[:2] / result.id
    place.mkdir(parents=True)
    for path in media:
        os.link(path, place / path.name)
    (place / "result.json").write_text(result.model_dump_json())


def _webp(pixels: NDArray[np.uint8], *, lossless: bool = False) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", lossless=lossless, quality=30 if lossless else 88, method=0)
    return buffer.getvalue()
