"""A web host that knows nothing but files, and serves a folder of them below a folder of its own."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
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


def serve(folder: Path) -> tuple[ThreadingHTTPServer, str]:
    """A running server, and the address of the folder on it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}{UNDER}"
