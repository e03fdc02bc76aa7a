"""The least that a Python server does: bytes from memory, sent by the same uvicorn without an application around it.

    python -m benchmarks.bare PORT BYTES

What `bench serve` reaches is to be read against it: no application can be faster.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import Receive, Scope, Send

from benchmarks.product import free_port, wait_for_port


@contextmanager
def serving(size: int) -> Iterator[tuple[str, int]]:
    """A process that answers every request with as many bytes; its address and its id."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare", str(port), str(size)]
    process = subprocess.Popen(command, start_new_session=True)  # as ours has: sessions share the processors
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}/", process.pid
    finally:
        process.terminate()
        process.wait(10)


def serve(port: int, size: int) -> None:
    """Answer until told to stop."""
    data = os.urandom(size)
    headers = [(b"content-length", b"%d" % size), (b"content-type", b"image/webp")]

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": data})

    uvicorn.run(app, port=port, lifespan="off", log_level="warning", access_log=False, server_header=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
