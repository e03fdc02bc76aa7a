"""An atlas of a filled data folder, made once for all tests that only look at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from backend.atlas.export import export
from backend.atlas.manifest import Manifest
from contract.connection import connect
from contract.settings import Settings
from tests.backend.atlas import filled


@dataclass(frozen=True)
class Made:
    folder: Path
    manifest: Manifest
    data: Path


def made(data: Path, out: Path, scratch: Redis, *, data_too: bool = False) -> Made:
    """An atlas of a data folder."""
    scratch.flushall()
    settings = Settings(data=data)
    manifest = export([filled.CARD], out, settings=settings, scratch=scratch, progress=lambda *_: None, data=data_too)
    return Made(out, manifest, data)


@pytest.fixture
def make(tmp_path: Path, queue_server: Redis) -> Callable[[Path], Made]:
    """Makes an atlas of a data folder."""
    return lambda data: made(data, tmp_path / f"atlas-of-{data.name}", queue_server)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory, queue_url: str) -> Made:
    """Not to be changed."""
    folder = tmp_path_factory.mktemp("original")
    filled.fill(folder / "data")
    filled.analyse(folder / "data")
    with connect(queue_url) as scratch:
        return made(folder / "data", folder / "atlas", scratch)


@pytest.fixture
def atlas(tmp_path: Path, original: Made) -> Made:
    """A copy, to be spoilt."""
    folder = shutil.copytree(original.folder, tmp_path / "atlas")
    return Made(folder, original.manifest, shutil.copytree(original.data, tmp_path / "data"))
