"""One call, read: how windows slide, and what an operation is called."""

import pytest
import torch
from torch import fx

from tests.worker.networks import Branches2d, ready
from worker.models.call import SLIDING, Window, in_place, operation, windows
from worker.models.subgraph import read


@pytest.mark.parametrize(
    ("window", "cells", "expected"),
    [
        (Window(kernel=3, stride=1, before=1), (0, 1), (-1, 2)),
        (Window(kernel=3, stride=2, before=1), (2, 4), (3, 8)),
        (Window(kernel=3, stride=1, before=2, dilation=2), (5, 6), (3, 8)),
    ],
)
def test_a_window_reads_what_its_definition_says(window, cells, expected):
    assert window.reads(*cells) == expected
    touched = {
        i * window.stride - window.before + window.dilation * k for i in range(*cells) for k in range(window.kernel)
    }
    assert (min(touched), max(touched) + 1) == expected


def test_windows_are_read_from_every_way_of_writing_them():
    found = {}
    for node in read(ready(Branches2d()), [torch.zeros(1, 3, 17, 19, dtype=torch.float64)], "last").nodes:
        if operation(node) in SLIDING:
            found.setdefault(operation(node), []).append(windows(node)[0])
    assert found["conv2d"][0] == Window(3, 1, 1)  # padding="same"
    assert found["conv2d"][1] == Window(3, 1, 2, 2)
    assert found["max_pool2d"] == [Window(3, 1, 1), Window(3, 2, 1)]
    assert found["avg_pool2d"] == [Window(2, 1, 0)]


def test_an_operation_in_place_has_the_name_of_the_other():
    graph = fx.Graph()
    x = graph.placeholder("x")
    changed, fresh = (graph.call_function(f, (x,)) for f in (torch.ops.aten.relu_.default, torch.ops.aten.relu.default))
    assert operation(changed) == operation(fresh) == "relu"
    assert in_place(changed)
    assert not in_place(fresh)


def test_what_does_not_slide_has_no_windows():
    graph = fx.Graph()
    node = graph.call_function(torch.ops.aten.relu.default, (graph.placeholder("x"),))
    with pytest.raises(ValueError, match="relu does not slide"):
        windows(node)
