"""Clips that were brought to the mock, in every state, and what its demo makes of one of them."""

from __future__ import annotations

import io
import math
import time
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from backend.answers import Analysis, Clip
from contract.catalogue import ModelCard
from contract.clip import LIMITS, CheckSpec, Film
from contract.errors import ClipGone, ClipRefused
from contract.probe import Probe, ProbedLayer, ProbedUnit, ProbeRequest, ProbeSpec, Window, bind
from contract.result import StreamPicture
from contract.units import named
from tests.frontend import pictures
from tests.frontend.asked import Answer, Asked

if TYPE_CHECKING:
    from tests.frontend.mock import Mock

READY, CHECKING, REFUSED = "ab" * 16, "cd" * 16, "ef" * 16
NAMES = {READY: "bowing.mp4", CHECKING: "waiting.mkv"}
SECONDS = 4.0

ON_ITS_WAY = 60.0
"""Seconds after which a clip arrives that is held up."""


class Brought:
    """The clips that are here."""

    def __init__(self) -> None:
        self.names = dict(NAMES)
        self.limits = LIMITS

    def find(self, identity: str) -> Clip:
        """Raises ClipGone, ClipRefused."""
        if identity == REFUSED:
            raise ClipRefused("The clip lasts 600 s or more; at most 60 s are allowed.")
        if identity not in self.names:
            raise ClipGone(identity)
        return clip(identity, self.names[identity])

    def page(self) -> dict:
        """All that were looked at."""
        found = [clip(identity, name).model_dump(mode="json") for identity, name in self.names.items()]
        items = [each for each in found if each["film"]]
        return {"items": items, "total": len(items), "next": None, "limits": self.limits.model_dump(mode="json")}


def answer(mock: Mock, asked: Asked) -> Answer | None:
    """What is asked of clips and of probes."""
    match [asked.method, *asked.parts]:
        case ["GET", "clips"]:
            return mock.brought.page(), 200
        case ["POST", "clips"]:
            mock.arriving.wait(ON_ITS_WAY)
            mock.brought.names[READY] = asked.query.get("name", "")
            return mock.brought.find(READY).model_dump(mode="json"), 202
        case ["POST", "clips", "surveyed"]:
            return mock.brought.find(READY).model_dump(mode="json"), 202
        case ["GET", "clips", identity]:
            return mock.brought.find(identity).model_dump(mode="json"), 200
        case ["DELETE", "clips", identity]:
            mock.brought.find(identity)
            del mock.brought.names[identity]
            return None, 204
        case ["GET" | "POST", "models", name, "probes"]:
            units = [each.model_dump() for each in named(asked.query.get("ablate", ""))]
            return _asked(mock, mock.card(name), asked.body or {**asked.query, "ablate": units}, begins=asked.begins)
    return None


def _asked(mock: Mock, card: ModelCard, wanted: dict, *, begins: bool) -> Answer:
    mock.brought.find(wanted["clip"])
    own = job(card, wanted)
    view, spec = mock.state(own, ask=begins), own.spec
    assert isinstance(spec, ProbeSpec)
    there = (spec.start == 0 and not spec.ablate) or view["state"] == "finished"
    return {"job": view, "probe": probe(card, spec).model_dump(mode="json") if there else None}, 202 if begins else 200


def picture(name: str, *, kind: str = "clip", frames: int, side: int = 112, **more: float) -> StreamPicture:
    """Its file says what is to be drawn."""
    return StreamPicture.model_validate(
        {"name": name, "kind": kind, "frames": frames, "height": side, "width": side, "fps": 12.0}
        | {"strip": f"{name}.webp", "poster": f"{name}-poster.webp", **more}
    )


def clip(identity: str, name: str) -> Clip:
    """One clip; looked at unless it is the one that waits."""
    spec, now, url = CheckSpec(clip=identity), time.time(), f"/api/v1/clips/{identity}"
    ready = identity != CHECKING
    film = Film(
        seconds=SECONDS, frames=100, fps=25.0, width=320, height=240, codec="h264", picture=picture("film", frames=8)
    )
    check = Analysis(id=spec.id, url=f"/api/v1/jobs/{spec.id}", state="finished" if ready else "queued", spec=spec)
    return Clip(
        id=identity,
        url=url,
        name=name,
        bytes=10**6,
        format="mp4",
        brought=now,
        expires=now + 3600 * 5,
        state="ready" if ready else "checking",
        film=film if ready else None,
        check=check.model_copy(update={"position": None if ready else 1}),
        media=f"{url}/",
    )


def job(card: ModelCard, wanted: dict) -> Analysis:
    """The job of a request. Raises KinetoscopeError where it names what there is not."""
    film = clip(READY, "").film
    assert film is not None
    spec = bind(ProbeRequest.model_validate(wanted), card, film)
    return Analysis(id=spec.id, url=f"/api/v1/jobs/{spec.id}", state="absent", spec=spec)


def probe(card: ModelCard, spec: ProbeSpec) -> Probe:
    """The first class rises while the second falls; silencing takes a third of it."""
    silenced = 2 / 3 if spec.ablate else 1.0
    middles = [spec.start + 0.4 + i * (spec.end - spec.start - 0.8) / 5 for i in range(6)]
    windows = []
    for i, at in enumerate(middles):
        intact = (0.3 + 0.1 * i, 0.5 - 0.08 * i, 0.02)
        windows.append(Window(at=at, probabilities=(intact[0] * silenced, *intact[1:]), intact=intact))
    layers = [layer for layer in card.layers if layer.path in ("conv5_fusion", "fc8")]
    return Probe(
        spec=spec,
        at=middles[-1] if spec.at is None else spec.at,
        length=0.8,
        classes=(0, 1, 2),
        windows=tuple(windows),
        output="softmax",
        streams=tuple(
            picture(s.name, kind=s.kind, frames=s.frames, **({"scale": 4.0, "peak": 3.9} if s.kind == "motion" else {}))
            for s in card.streams
        ),
        flow="dense inverse search",
        saliency=tuple(picture(f"saliency-{s.name}", frames=s.frames, side=14) for s in card.streams),
        layers=tuple(ProbedLayer(path=each.path, frames=10, units=units(each.path)) for each in layers),
        seconds=3.2,
    )


def units(path: str) -> tuple[ProbedUnit, ...]:
    """Three units; those of a class have no places."""
    return tuple(
        ProbedUnit(
            unit=unit,
            activation=3.0 - unit,
            normalized=0.9 - 0.1 * unit,
            trace=tuple(round((3.0 - unit) * math.sin((i + 1) * math.pi / 11), 3) for i in range(10)),
            course=(1.0, 2.0, 3.0 - unit),
            tube=None if path == "fc8" else picture(f"tube-{path}-{unit}", frames=10, side=7),
        )
        for unit in range(3)
    )


def drawn(file: str) -> bytes:
    """A picture by its file name."""
    if file.startswith(("saliency", "tube")):
        side, frames = (14, 10 if "motion" in file else 1) if file.startswith("saliency") else (7, 10)
        return _glow(side, 1 if "poster" in file else frames)
    if file.startswith("motion"):
        if "poster" in file:
            return pictures.motion_poster(3, side=112, slow=True, peak=3.9)
        return pictures.motion(3, side=112, slow=True, scale=4.0)
    frames = 8 if file == "film.webp" else 1
    return pictures.colour(5, side=112, frames=frames, turn=0.4)


def _glow(side: int, frames: int) -> bytes:
    """A spot that goes to the right."""
    y, x = np.mgrid[0:side, 0:side] / side
    tiles = [np.exp(-20 * ((x - 0.2 - 0.06 * t) ** 2 + (y - 0.5) ** 2)) for t in range(frames)]
    levels = (np.concatenate(tiles, axis=1) * 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(levels).convert("RGB").save(buffer, "WEBP", lossless=True)
    return buffer.getvalue()
