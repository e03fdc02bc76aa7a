"""Films of every kind, good and bad, made on the spot."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

CODECS = {"mp4": "mpeg4", "avi": "mpeg4", "mkv": "ffv1", "webm": "libvpx", "gif": "gif"}
CONTAINERS = {"mkv": "matroska"}


def counting(count: int, height: int = 32, width: int = 48) -> np.ndarray:
    """Frame i has grey level 10 i, (count, height, width, 3)."""
    levels = (10 * np.arange(count) % 250).astype(np.uint8)
    return np.broadcast_to(levels[:, None, None, None], (count, height, width, 3))


def write(path: Path, frames: np.ndarray, *, kind: str = "mkv", rate: int = 10) -> Path:
    """Frames (time, height, width, 3) as a film of a kind, whatever the path is called."""
    with av.open(str(path), "w", format=CONTAINERS.get(kind, kind)) as container:
        video = container.add_stream(CODECS[kind], rate=rate)
        video.height, video.width = frames.shape[1:3]
        video.pix_fmt = {"ffv1": "bgr0", "gif": "rgb8"}.get(CODECS[kind], "yuv420p")
        for frame in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(video.encode())
    return path


def sound(path: Path) -> Path:
    """A second of sound without a picture."""
    with av.open(str(path), "w", format="mp4") as container:
        audio = container.add_stream("aac", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        silence.rate, silence.time_base, silence.pts = 8000, Fraction(1, 8000), 0
        container.mux(audio.encode(silence))
        container.mux(audio.encode())
    return path


def long(path: Path, seconds: int) -> Path:
    """One frame a second."""
    return write(path, counting(1, 16, 16).repeat(seconds, 0), kind="mp4", rate=1)


def large(path: Path, width: int, height: int) -> Path:
    """Two frames of one colour: few bytes, many pixels."""
    return write(path, np.zeros((2, height, width, 3), np.uint8), kind="avi")


def bomb(path: Path, width: int = 60000, height: int = 60000) -> Path:
    """A GIF of a hundred bytes that says that its frames have billions of pixels."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    return _bytes(path, screen + 2 * image + b";")


def playlist(path: Path, of: Path) -> Path:
    """Text that would have the decoder open another file."""
    return _bytes(path, f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{of}\n#EXT-X-ENDLIST\n".encode())


def broken(path: Path, of: bytes, keep: float = 0.5) -> Path:
    """The first part of a film."""
    return _bytes(path, of[: int(len(of) * keep)])


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
