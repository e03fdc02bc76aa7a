"""Serve the API and the page only; queue and workers run elsewhere.

    REDIS_URL=redis://... ./kinetoscope serve --host 0.0.0.0 --port 8000

`./kinetoscope run` starts this together with all that it needs.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import os
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from backend.app import create_app
from backend.tokens import Tokens
from cli.address import add_address, check_address, is_loopback
from cli.orphan import watch_parent
from contract import data_folder, logs, reach
from contract import settings as table
from contract.connection import connect


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_address(parser)
    parser.add_argument("--data", type=Path, help="folder for results (default: the user's data folder)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def main(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = table.read(os.environ)
    logs.begin(settings.log, process="server")
    if not settings.redis_url:
        print("Set REDIS_URL, or start everything with `./kinetoscope run`.", file=sys.stderr)
        return 2
    data = args.data.expanduser().resolve() if args.data else settings.data
    if args.child:
        watch_parent()
    else:
        guarded = bool(Tokens(data, settings.token).holders())
        check_address(args.host, args.port, guarded=guarded, insecure=args.insecure, hosts=settings.hosts)
        reach.check("REDIS_URL", settings.redis_url)
        reach.check("CACHE_URL", settings.cache_url)
        data_folder.prepare(data)
    serve(dataclasses.replace(settings, data=data, loopback=is_loopback(args.host)), host=args.host, port=args.port)
    return 0


def serve(settings: table.Settings, *, host: str, port: int) -> None:
    """Run the server in this process."""
    app = create_app(settings, queue_server=connect(settings.redis_url), picture_server=connect(settings.cache_url))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    PromptServer(config, app.state.closing).run()


class PromptServer(uvicorn.Server):
    """Tells open event streams to end when it is asked to stop; uvicorn alone would wait for them."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On SIGTERM and SIGINT."""
        self._closing.set()
        super().handle_exit(sig, frame)
