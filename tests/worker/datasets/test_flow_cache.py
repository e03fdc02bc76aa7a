import numpy as np
import pytest

from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker import clips, flow
from worker.datasets import flow_cache
from worker.datasets.flow_cache import FlowCache
from worker.datasets.footage import Clip


@pytest.fixture
def seen(tmp_path):
    clip = Clip(film(tmp_path / "a.mkv", step=2), None)
    return clip, clips.decode(clip.path)[0], np.arange(4)


def test_flow_is_computed_once_and_then_the_same(tmp_path, seen, monkeypatch):
    first = FlowCache(tmp_path / "flow").fields(*seen, 24, 32)
    shown = np.stack(list(seen[1][:4]))
    assert np.abs(first - flow.optical_flow(shown)).max() <= 0.5 / flow_cache.STEPS_PER_PX
    monkeypatch.setattr(flow, "optical_flow", lambda _frames: pytest.fail("computed again"))
    assert np.array_equal(FlowCache(tmp_path / "flow").fields(*seen, 24, 32), first)
    with pytest.raises(pytest.fail.Exception):
        FlowCache(tmp_path / "flow").fields(seen[0], seen[1], np.arange(1, 5), 24, 32)


def test_a_file_goes_by_what_the_frames_show_not_by_their_names(tmp_path, seen):
    cache = FlowCache(tmp_path / "flow")
    cache.fields(*seen, 24, 32)
    cache.fields(Clip(tmp_path / "copy.mkv", "other"), *seen[1:], 24, 32)
    assert len(list((tmp_path / "flow").rglob("*.npz"))) == 1
    assert not list((tmp_path / "flow").rglob("*.part"))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a file", b"\x93NUMPY"])
def test_a_damaged_file_is_made_anew(tmp_path, seen, damage):
    cache = FlowCache(tmp_path / "flow")
    first = cache.fields(*seen, 24, 32)
    (path,) = (tmp_path / "flow").rglob("*.npz")
    path.write_bytes(damage)
    assert np.array_equal(cache.fields(*seen, 24, 32), first)
    assert path.stat().st_size > 100


def test_an_unknown_method_is_named(tmp_path):
    with pytest.raises(ClipProblem, match="dis, tvl1, raft"):
        FlowCache(tmp_path, "farneback")
