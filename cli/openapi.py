"""Write docs/openapi.json, the machine-readable description of the API."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from redis import Redis

from backend.app import create_app
from contract import settings as table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--out", type=Path, default=table.ROOT / "docs" / "openapi.json", help="file to write")


def main(args: argparse.Namespace) -> int:
    """Write the file. No server is contacted."""
    app = create_app(table.read(os.environ), queue_server=Redis(), picture_server=Redis())
    args.out.write_text(json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n")
    return 0
