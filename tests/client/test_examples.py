"""The examples of docs/client.md, as they stand, before the demo and its engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contract.settings import ROOT, Settings
from contract.shelf import Shelf
from tests.backend.conftest import Crew
from tests.client.conftest import served
from worker.engine import TorchEngine

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "client.md").read_text(), re.DOTALL)


@pytest.fixture
def settings(tmp_path: Path, page: Path) -> Settings:
    return Settings(data=tmp_path / "data", frontend=page)


@pytest.fixture
def crew(crew: Crew, tmp_path: Path) -> Crew:
    engine = TorchEngine(data=tmp_path / "data", device="cpu")
    Shelf(crew.services.queue.connection).publish(engine.card("demo"))
    return Crew(crew.services, engine, crew.shelf)  # type: ignore[arg-type]


def test_they_run(live: str, crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(BLOCKS) >= 6
    monkeypatch.chdir(tmp_path)
    code = "\n".join(BLOCKS).replace("http://127.0.0.1:8000", live)
    names: dict = {}
    served(crew, lambda: exec(code, names))
    assert {run.state for run in names["runs"]} == {"finished"}
    assert {run.state for run in names["done"]} == {"finished", "canceled"}
    saved = sorted(path.name for path in (tmp_path / "conv5_fusion-20").iterdir())
    assert saved == [f"demo-conv5_fusion-20-{title}.webp" for title in ("appearance", "fast-motion", "slow-motion")]
    assert (tmp_path / "plate.pdf").read_bytes().startswith(b"%PDF")
