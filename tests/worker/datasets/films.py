"""Small films for data sets: 24 x 32, lossless, frame i of grey level 10 i, a square moving over it."""

import av
import numpy as np


def film(path, count=11, rate=10, step=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 32, 24, "bgr0"
        for index in range(count):
            frame = np.full((24, 32, 3), 10 * (index % 25), np.uint8)
            if step:
                frame = np.random.default_rng(0).integers(0, 255, (24, 64, 3), dtype=np.uint8)
                frame = np.roll(frame, step * index, axis=1)[:, 16:48]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())
    return path
