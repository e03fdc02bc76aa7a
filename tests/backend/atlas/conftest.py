"""An atlas of a filled data folder, made once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from backend.atlas.export import export
from backend.atlas.manifest import Manifest
from contract.catalogue import ModelCard
from contract.settings import Settings
from tests.backend.atlas import filled


@dataclass(frozen=True)
class Made:
    folder: Path
    manifest: Manifest
    data: Path


@pytest.fixture
def make(tmp_path: Path, queue_server: Redis) -> Callable[..., Made]:
    """Makes an atlas of a data folder."""

    def made(data: Path, card: ModelCard = filled.CARD) -> Made:
        queue_server.flushall()
        out = tmp_path / f"atlas-of-{data.name}"
        settings = Settings(data=data)
        manifest = export([card], out, settings=settings, scratch=queue_server, progress=lambda *_: None)
        return Made(out, manifest, data)

    return made


@pytest.fixture
def atlas(tmp_path: Path, make: Callable[..., Made]) -> Made:
    data = tmp_path / "data"
    filled.fill(data)
    filled.analyse(data)
    return make(data)
