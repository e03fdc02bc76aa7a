"""In a process of its own, under limits: decode a file that nobody vouches for, and keep the frames that are wanted.

    python -m worker.probing.film ORDER ANSWER

ORDER is JSON; ANSWER a folder, into which go the facts or the problem (answer.json) and the frames (.npy). Never all
frames are held at once. Torch-free, so that it starts at once.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from contract.clip import Limits, format_of
from worker import child
from worker.framing import fit

DEMUXERS = {"mp4": "mov", "avi": "avi", "webm": "matroska", "mkv": "matroska", "gif": "gif"}
"""Named, not guessed: what looks like a play list would make the library open other files."""

LOOK_FRAMES, LOOK_SIDE = 48, 160
"""Frames of the strip that shows the whole film: at most so many, of so many pixels on the longer side."""

Frame = NDArray[np.uint8]
"""(height, width, 3), RGB."""


class Refused(Exception):
    """The clip cannot be used, in words."""


@dataclass
class Take:
    """Frames nearest to start, start + 1 / fps, ... before `end`, less the first `skip`, cut to (height, width)."""

    fps: float
    height: int
    width: int
    start: float
    end: float
    skip: int = 0
    frames: list[Frame] = field(default_factory=list)
    before: tuple[float, Frame] | None = None

    def see(self, time: float, frame: Frame) -> None:
        """The next frame of the film."""
        while self._due() <= time and self._due() < self.end:
            nearer = self.before is not None and self._due() - self.before[0] < time - self._due()
            self._keep(self.before[1] if nearer and self.before else frame)
        self.before = (time, frame)

    def finish(self, ends: float) -> None:
        """The film is over: its last frame stands for what is due until it ends, and for what lies behind that."""
        while self.before is not None and (self._due() < min(ends, self.end) or not self.frames):
            self._keep(self.before[1])

    def _due(self) -> float:
        return self.start + (self.skip + len(self.frames)) / self.fps

    def _keep(self, frame: Frame) -> None:
        self.frames.append(fit(frame, self.height, self.width))


@dataclass
class Look:
    """At most `most` small frames, evenly over a film of unknown length: every other one is dropped when it is full."""

    most: int = LOOK_FRAMES
    every: int = 1
    frames: list[Frame] = field(default_factory=list)

    def see(self, index: int, frame: Frame) -> None:
        """The frame of that number."""
        if index % self.every:
            return
        if len(self.frames) == self.most:
            self.frames = self.frames[::2]
            self.every *= 2
            if index % self.every:
                return
        self.frames.append(small(frame))


def small(frame: Frame) -> Frame:
    """With LOOK_SIDE pixels on the longer side, if it has more."""
    scale = LOOK_SIDE / max(frame.shape[:2])
    if scale >= 1:
        return frame
    size = (max(round(frame.shape[1] * scale), 1), max(round(frame.shape[0] * scale), 1))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def upright(frame: Frame, degrees: float) -> Frame:
    """Turned counter-clockwise by a multiple of 90 degrees: phones film sideways and say so."""
    return np.ascontiguousarray(np.rot90(frame, round(degrees / 90) % 4))


def film(path: Path, limits: Limits) -> Iterator[tuple[float, Frame, dict[str, Any]]]:
    """Time, frame and facts, one frame after the other. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(64)
    kind = format_of(head)
    if kind == "gif":  # the library gives up on it without a word of its size
        _check_size(*struct.unpack("<HH", head[6:10]), limits)
    if kind is None:
        raise Refused(f"This is none of {', '.join(limits.formats)}.")
    options = {"protocol_whitelist": "file"}
    with av.open(str(path), format=DEMUXERS[kind], options=options, metadata_errors="replace") as container:
        if not container.streams.video:
            raise Refused("The clip has no picture, only sound." if container.streams.audio else "It has no picture.")
        video = container.streams.video[0]
        if video.codec_context is None:
            raise Refused("The clip is damaged from its beginning, or in a coding that is not known here.")
        _check_length(max(_seconds(container.duration, av.time_base), _length(video)), limits)
        _check_size(video.codec_context.width, video.codec_context.height, limits)
        video.codec_context.options = {"max_pixels": str(limits.pixels)}
        video.thread_type = "AUTO"
        rate = float(video.average_rate or video.guessed_rate or 25)
        facts = {"format": kind, "codec": video.codec_context.name, "fps": rate}
        first, last = None, 0.0
        for index, picture in enumerate(container.decode(video)):
            if index >= limits.frames:
                raise Refused(f"The clip has more than {limits.frames} frames, which are allowed.")
            _check_size(picture.width, picture.height, limits)
            time = picture.time if picture.time is not None else index / rate
            first = time if first is None else first
            last = max(last, time - first)
            _check_length(last, limits)
            yield last, upright(np.asarray(picture.to_ndarray(format="rgb24"), np.uint8), picture.rotation), facts


def decode(order: dict[str, Any], answer: Path) -> dict[str, Any]:
    """The facts of a film; its frames as files. Raises Refused."""
    limits = Limits.model_validate(order["limits"])
    takes = [Take(**each) for each in order["takes"]]
    stop = float("inf") if order["look"] else max(take.end for take in takes)
    look, count, last, facts = Look() if order["look"] else None, 0, 0.0, {}
    try:
        for time, frame, known in film(Path(order["path"]), limits):
            facts = {**known, "height": frame.shape[0], "width": frame.shape[1]}
            count, last = count + 1, time
            if look:
                look.see(count - 1, frame)
            for take in takes:
                take.see(time, frame)
            if time >= stop:
                break
    except FFmpegError as reason:
        raise Refused(_damage(reason, count, last)) from reason
    if count < 2:
        found = "no frame" if count == 0 else "1 frame"
        raise Refused(f"The clip has {found}; at least 2 are needed to see motion.")
    seconds = round(last + 1 / facts["fps"], 3)
    for number, take in enumerate(takes):
        take.finish(seconds)
        np.save(answer / f"take-{number}.npy", np.stack(take.frames))
    if look:
        np.save(answer / "look.npy", np.stack([frame for frame in look.frames if frame.shape == look.frames[0].shape]))
    return {**facts, "frames": count, "seconds": seconds}


def _damage(reason: FFmpegError, count: int, last: float) -> str:
    if reason.errno in (errno.ENOMEM, errno.EAGAIN):  # the latter for threads
        raise MemoryError from reason
    said = reason.strerror or type(reason).__name__
    where = f"after {last:.1f} s" if count else "from its beginning"
    return f"The clip is damaged {where}: {said}."


def _length(video: Any) -> float:
    return _seconds(video.duration, 1 / video.time_base if video.time_base else 1)


def _seconds(units: int | None, per_second: float) -> float:
    return float((units or 0) / per_second)


def _check_length(seconds: float, limits: Limits) -> None:
    if seconds > limits.seconds:
        raise Refused(f"The clip lasts {seconds:.0f} s or more; at most {limits.seconds:.0f} s are allowed.")


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        most = f"{limits.pixels / 1e6:.1f} million pixels"
        raise Refused(f"A frame has {width} x {height} pixels; at most {most} (4096 x 2304) are allowed.")


def confine(memory: int, seconds: float) -> None:
    """Whatever asks for too much memory or time is refused it."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    cpu = int(seconds * (os.cpu_count() or 1)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))


def main(arguments: list[str]) -> None:
    """Write what was found, or what is wrong."""
    order, answer = json.loads(arguments[0]), Path(arguments[1])
    child.end_with_parent()
    child.offer_to_die_first()
    cv2.setNumThreads(1)
    confine(order["memory"], order["seconds"])
    try:
        found = decode(order, answer)
    except Refused as reason:
        found = {"problem": str(reason)}
    except FFmpegError as reason:
        found = {"problem": _damage(reason, 0, 0.0)}
    except MemoryError:
        allowed = f"{order['memory'] / 2**30:.1f} GB"
        found = {"problem": f"The clip needs more memory to be decoded than the {allowed} that are allowed."}
    (answer / "answer.json").write_text(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # threads of the decoder must not hold us


if __name__ == "__main__":
    main(sys.argv[1:])
