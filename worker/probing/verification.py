"""What a probe takes: five seconds of film, from the file to the answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from contract.clip import ORIGINAL, CheckSpec, Clips
from contract.errors import ClipProblem
from contract.probe import Probe, ProbeRequest, bind, file_of
from worker.models.model import Model
from worker.probing import check, probe

IDENTITY = "0" * 32
SECONDS, FPS, HEIGHT, WIDTH = 5, 25, 240, 320

Finding = tuple[str, float, str, str]
"""Name, value, unit, target."""


def verify(model: Model) -> Iterator[Finding]:
    """Seconds until a clip is looked at, and until it is known what the network makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        clips = Clips(Path(folder))
        clips.place(IDENTITY).mkdir(parents=True)
        film(clips.place(IDENTITY) / ORIGINAL)
        began = time.monotonic()
        check.check(CheckSpec(clip=IDENTITY), clips, fetch=_nothing)
        yield "check.seconds", time.monotonic() - began, "s", ""
        known = clips.film(IDENTITY)
        assert known is not None
        spec = bind(ProbeRequest(clip=IDENTITY), model.card, known)
        began = time.monotonic()
        probe.probe(model, spec, clips, progress=lambda *_: None)
        yield "probe.seconds", time.monotonic() - began, "s", "<= 15"
        found = Probe.model_validate_json(clips.read(IDENTITY, file_of(spec)) or b"")
        yield "probe.windows", len(found.windows), "", ""
        yield "probe.bytes", sum(file.stat().st_size for file in clips.place(IDENTITY).iterdir()), "B", ""


def film(path: Path) -> None:
    """Texture that goes to the right, as an AVI of mpeg4."""
    texture = np.random.default_rng(0).integers(0, 255, (HEIGHT // 8, 2 * WIDTH // 8, 3), np.uint8)
    texture = texture.repeat(8, 0).repeat(8, 1)
    with av.open(str(path), "w", format="avi") as container:
        video = container.add_stream("mpeg4", rate=FPS)
        video.height, video.width, video.pix_fmt = HEIGHT, WIDTH, "yuv420p"
        for index in range(SECONDS * FPS):
            shown = np.ascontiguousarray(np.roll(texture, 2 * index, axis=1)[:, :WIDTH])
            container.mux(video.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(video.encode())


def _nothing(_spec: CheckSpec, _to: Path) -> None:
    raise ClipProblem("There is nothing to fetch.")
