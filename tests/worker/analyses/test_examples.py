import pytest
import torch
from torch import nn

from contract.catalogue import LayerCard, Stream
from worker.analyses import examples
from worker.analyses.survey import peak_of

STREAM = Stream(name="clip", kind="clip", frames=1, height=32, width=32)


def layer(**facts) -> LayerCard:
    shape = {"path": "l", "kind": "conv", "units": 1, "frames": 1, "height": 8, "width": 8, "receptive_frames": 1}
    return LayerCard(**{**shape, "stride": 4, "receptive_field": 7, "streams": ("clip",), **facts})


def test_the_strongest_the_middle_and_random_clips_each_once():
    peaks = torch.stack([torch.arange(40.0), -torch.arange(40.0)], 1)
    chosen = examples.choose(peaks)
    assert chosen["top"].tolist() == [[39, 38, 37, 36, 35], [0, 1, 2, 3, 4]]
    assert all(18 <= row <= 21 for rows in chosen["middle"].tolist() for row in rows)
    for unit in range(2):
        rows = [row for group in chosen.values() for row in group[unit]]
        assert len(set(rows)) == len(rows) == 9
    assert examples.choose(peaks)["random"].tolist() == chosen["random"].tolist()


@pytest.mark.parametrize("clips", [1, 3, 6, 8])
def test_small_sets_give_fewer(clips):
    chosen = examples.choose(torch.rand(clips, 3, generator=torch.Generator().manual_seed(0)))
    for unit in range(3):
        rows = [row for group in chosen.values() for row in group[unit]]
        assert len(rows) == len(set(rows)) == min(clips, 9)


@pytest.mark.parametrize(("padding", "cells"), [(3, 8), (0, 7)])
@pytest.mark.parametrize("place", [(0, 0), (3, 5), (6, 6)])
def test_the_box_is_where_the_gradient_comes_from(padding, cells, place):
    network = nn.Conv2d(1, 1, 7, stride=4, padding=padding)
    nn.init.ones_(network.weight)
    x = torch.zeros(1, 1, 32, 32, requires_grad=True)
    map = network(x)[0]
    assert map.shape[1:] == (cells, cells)
    map[0, place[0], place[1]].backward()
    rows, columns = (x.grad[0, 0].abs().sum(axis).nonzero().flatten() for axis in (1, 0))
    box = examples.field_box(layer(height=cells, width=cells), STREAM, *place)
    seen = [columns.min() / 32, rows.min() / 32, (columns.max() + 1) / 32, (rows.max() + 1) / 32]
    assert box == pytest.approx([float(edge) for edge in seen], abs=2.01 / 32), "to half a stride"


def test_a_global_field_has_no_box():
    assert examples.field_box(layer(receptive_field=None, stride=None), STREAM, 0, 0) is None
    assert examples.field_box(layer(receptive_field=200), STREAM, 4, 4) is None


def test_a_moment_is_the_middle_of_its_frame():
    assert examples.moment(0, 4) == 0.125
    assert examples.moment(3, 4) == 0.875


def test_the_peak_of_a_trace_is_its_largest_value():
    map = torch.rand(1, 6, 4, 4, generator=torch.Generator().manual_seed(1))
    value, place = peak_of(map)
    trace = examples.course(map.amax((2, 3))[0])
    assert trace.index(max(trace)) == place[0, 0]
    assert max(trace) == pytest.approx(float(value[0]), abs=1e-3)
