"""The target cell of a layer as a function of the inputs."""

from __future__ import annotations

import pytest
import torch

from contract.catalogue import LayerCard
from worker.execution import Whole

LAYER = LayerCard(
    path="conv",
    kind="conv",
    units=3,
    frames=4,
    height=5,
    width=5,
    stride=1,
    receptive_field=3,
    receptive_frames=1,
    streams=("clip",),
)


@pytest.mark.parametrize(("causal", "frame"), [(False, 2), (True, 3)])
def test_the_cell_is_the_middle_one_and_of_causal_networks_in_the_last_frame(causal, frame):
    map = torch.arange(2 * 3 * 4 * 5 * 5, dtype=torch.float32).view(2, 3, 4, 5, 5)
    execution = Whole(lambda inputs: map, LAYER, causal=causal)
    cells = execution.cells([torch.zeros(2, 1)], torch.tensor([[0, 2], [1, 1]]))
    assert cells.tolist() == [[map[0, 0, frame, 2, 2], map[0, 2, frame, 2, 2]], [map[1, 1, frame, 2, 2]] * 2]
