"""A web host that knows nothing but files, and serves a folder of them below a folder of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

UNDER = "/x/atlas"


class Handler(SimpleHTTPRequestHandler):
    """What Python's own server does, silently."""

    def translate_path(self, path: str) -> str:
        """Files of the folder are below UNDER; there is nothing else."""
        inside = path == UNDER or path.startswith(f"{UNDER}/")
        return super().translate_path(path.removeprefix(UNDER)) if inside else "/nowhere"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def listening(handler: Callable[..., BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """The address of a server that runs meanwhile, on `port` or one of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of the folder on a server that runs meanwhile."""
    with listening(partial(Handler, directory=str(folder))) as address:
        yield address + UNDER
