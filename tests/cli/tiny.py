"""A user's tiny network and a user's clips, as files."""

import textwrap
from pathlib import Path

import av
import numpy as np

NET = textwrap.dedent("""
    import torch
    from torch import nn
    def build():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 2))
    CARD = {"title": "Tiny", "streams": [{"name": "clip", "kind": "clip", "frames": 4, "height": 16, "width": 16}],
            "classes": ["wave", "clap"]}
""")


def films(folder: Path, labels: tuple[str, ...], *, brightness: range) -> Path:
    """A folder of clips, one per label, with one grey value per frame; and a file that is no film."""
    for label in labels:
        path = folder / label / "a.mkv"
        path.parent.mkdir(parents=True)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("ffv1", rate=25)
            stream.width, stream.height, stream.pix_fmt = 32, 32, "bgr0"
            for value in brightness:
                frame = np.full((32, 32, 3), value, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode())
    (folder / "broken.mp4").write_bytes(b"no film")
    return folder
