import io
from pathlib import Path

import numpy as np
import pytest
from redis import Redis

from tests.backend.atlas import filled
from tests.backend.atlas.conftest import Made, made

FILES = "api/v1/visualizations"


@pytest.fixture
def rich(tmp_path: Path, queue_server: Redis) -> Made:
    """An atlas with data, of one unit."""
    data = tmp_path / "few"
    wanted = [filled.spec("fc7", 3, chi=chi) for chi in (10.0, 0.0)]
    filled.fill(data, wanted)
    return made(data, tmp_path / "rich", queue_server, data_too=True)


def test_every_layer_has_its_sheet(atlas: Made):
    sheets = {file.stem: file.read_bytes() for file in (atlas.folder / "api/v1/figures/plate/demo").iterdir()}
    assert set(sheets) == set(filled.UNITS)
    assert all(sheet.startswith(b"%PDF") for sheet in sheets.values())
    assert not list((atlas.folder / FILES).glob("*/files"))  # nobody asked for data


def test_with_data_arrays_loops_and_figures_are_there(rich: Made):
    slow, fast = (filled.spec("fc7", 3, chi=chi).id for chi in (10.0, 0.0))
    for identity in (slow, fast):
        files = rich.folder / FILES / identity / "files"
        assert {file.name for file in files.iterdir()} == {"all.npz", "appearance.png", "motion.webp"}
        arrays = np.load(io.BytesIO((files / "all.npz").read_bytes()), allow_pickle=False)
        assert any(arrays[name].shape[:1] == (10,) for name in arrays.files)
    strip = rich.folder / "api/v1/figures/strip"
    assert (strip / f"{slow}.png").read_bytes().startswith(b"\x89PNG")  # named after the run that is shown first
    assert (strip / f"{slow}.pdf").read_bytes().startswith(b"%PDF")
    assert not (strip / f"{fast}.png").exists()
    assert rich.manifest.data
