"""Write what was computed as a folder of files that any web host serves, or none: an atlas.

    ./kinetoscope export atlas OUT                      # of every model that something was computed of
    ./kinetoscope export atlas OUT --models demo,mynet
    python -m http.server --directory OUT               # looking at it

docs/atlas.md says what is in it, and how it is read back.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError

from backend.app import PICTURES
from backend.atlas.export import export
from backend.atlas.manifest import Manifest
from cli import valkey
from cli.bar import Bar
from cli.runtime import runtime_folder
from contract import settings as table
from contract.archive import FOLDER
from contract.catalogue import ModelCard
from contract.connection import connect
from contract.errors import KinetoscopeError, UnknownModel
from contract.given import Given
from contract.nouns import count
from contract.shelf import Shelf
from contract.store import Store


class NothingToExport(KinetoscopeError):
    """There is nothing that an atlas could be made of, or no place for it."""

    title = "Nothing to export"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=["atlas"], help="atlas: pages and pictures, as files")
    parser.add_argument("out", type=Path, help="folder to write; it must not be there, or be empty")
    parser.add_argument("--models", default="", help="names with commas (default: all that something is computed of)")
    parser.add_argument("--with-data", action="store_true", help="also arrays (NPZ), loops and figures of every unit")
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")
    parser.add_argument("--data", type=Path, default=table.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Write an atlas."""
    settings = replace(table.read(os.environ), data=args.data.expanduser().resolve())
    out = _place(args.out)
    bar = Bar()
    with _scratch(settings) as server:
        known = cards(settings, server)
        server.flushall()
        chosen = choose(known, args.models, settings.data, Store(server, settings.data / PICTURES))
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            manifest = export(chosen, draft, settings=settings, scratch=server, progress=bar.show, data=args.with_data)
            draft.chmod(0o755)
            draft.replace(out)
        finally:
            bar.close()
            shutil.rmtree(draft, ignore_errors=True)
    print(manifest.model_dump_json(indent=1, exclude={"files"}) if args.json else words(manifest, args.out))
    return 0


def cards(settings: table.Settings, scratch: Redis) -> dict[str, ModelCard]:
    """Cards of the models that the server knows: it is asked, or what it left in the data folder is read."""
    server = connect(settings.redis_url) if settings.redis_url else scratch
    return Shelf(server, settings.demo_card, Given(settings.data)).cards()


def choose(known: dict[str, ModelCard], wanted: str, data: Path, store: Store) -> list[ModelCard]:
    """Cards by name, or those that something is computed of. Raises UnknownModel, NothingToExport."""
    names = [name for name in wanted.split(",") if name]
    for name in names:
        if name not in known:
            raise UnknownModel(name, known)
    if names:
        return [known[name] for name in dict.fromkeys(names)]
    computed = {result.spec.fingerprint for result in store.filed()}
    found = [
        card
        for _, card in sorted(known.items())
        if card.fingerprint in computed or (data / FOLDER / card.fingerprint / "overview.json").is_file()
    ]
    if not found:
        raise NothingToExport(
            f"Nothing is computed in {data} yet. Start ./kinetoscope run and visualize some units, or give another "
            "folder with --data."
        )
    return found


def words(manifest: Manifest, out: Path) -> str:
    """What was written."""
    size = sum(entry.bytes for entry in manifest.files.values())
    lines = [
        f"{model.name}: {count(model.counts.units, 'unit')} of {count(model.counts.layers, 'layer')}, "
        f"{count(model.counts.visualizations, 'picture')}, {count(model.counts.pyramids, 'pyramid')}"
        for model in manifest.models
    ]
    return "\n".join([*lines, f"{count(len(manifest.files), 'file')}, {size / 1e6:.1f} MB, in {out}"])


def _place(out: Path) -> Path:
    """Raises NothingToExport where something is there already: it might be somebody's."""
    place = out.expanduser().resolve()
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise NothingToExport(f"{out} is there already. Remove it, or give another folder.")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def _scratch(settings: table.Settings) -> Iterator[Redis]:
    """A server of our own for the time of the block, with what the queue's left in the data folder if it was our own.

    Copied: a running Kinetoscope goes on undisturbed.
    """
    with runtime_folder() as place:
        folder, socket = place / "queue", place / "scratch.sock"
        kept = settings.data / "queue"
        if kept.is_dir() and not settings.redis_url:
            _copy(kept, folder)
        process = subprocess.Popen(valkey.queue_server(socket=socket, folder=folder))
        try:
            yield _ready(socket)
        finally:
            process.kill()
            process.wait()


def _copy(kept: Path, folder: Path) -> None:
    """A copy of what may be written to meanwhile: where a file was swapped for its successor, once more."""
    for last in (False, False, True):
        try:
            shutil.copytree(kept, folder)
            return
        except shutil.Error:
            if last:
                raise
            shutil.rmtree(folder)


def _ready(socket: Path) -> Redis:
    """The server, once it has read what it was given."""
    limit = time.monotonic() + 60.0
    while True:
        try:
            server = connect(f"unix://{socket}")
            server.ping()
            return server
        except (ConnectionError, OSError):
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)
