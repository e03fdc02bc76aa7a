from pathlib import Path

from redis import Redis

from backend.atlas.columns import columns
from backend.indexes import Indexes
from backend.order import Choice, Order
from contract.store import Store
from tests.backend.atlas import filled
from tests.backend.atlas.filled import CARD

LAYER = CARD.layer("conv5_fusion")
UNITS = filled.UNITS["conv5_fusion"]


def test_they_are_the_figures_that_the_server_sorts_by(tmp_path: Path, picture_server: Redis):
    filled.fill(tmp_path)
    filled.analyse(tmp_path)
    indexes = Indexes(tmp_path)
    order = Order(Store(picture_server, tmp_path / "pictures"), indexes)
    found = columns(CARD, LAYER, UNITS, order=order, indexes=indexes, classes=(0, 1))
    assert set(found) == {"index", "profile", "contribution"}
    assert {"slow", "fast", "ratio", "speed", "selectivity", "share.motion"} <= set(found["index"])
    for name in ("slow", "ratio", "speed"):
        by = dict(zip(UNITS, found["index"][name], strict=True))
        falling = [n for n in order.of(CARD, LAYER, Choice(sort=name)) if n in UNITS]
        assert sorted(UNITS, key=lambda n: -(by[n] or 0.0)) == falling, name


def test_a_model_that_was_not_analysed_has_what_its_pictures_reached(tmp_path: Path, picture_server: Redis):
    filled.fill(tmp_path, [filled.spec("conv5_fusion", 2)])
    indexes = Indexes(tmp_path)
    order = Order(Store(picture_server, tmp_path / "pictures"), indexes)
    found = columns(CARD, LAYER, (2,), order=order, indexes=indexes, classes=())
    assert found == {"index": {"slow": [1.5], "fast": [None], "ratio": [None], "speed": [None]}}
