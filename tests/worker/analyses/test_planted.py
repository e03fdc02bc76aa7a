import pytest
import torch

from worker.analyses.planted import ANY, BOTH, CARD, FAST, LOOK, MOVE, STILL, SUM, clip, clips, wired
from worker.analyses.survey import run


@pytest.mark.parametrize(
    ("bright", "speed", "expected"),
    [
        (0, 0, {LOOK: 0, MOVE: 0, BOTH: 0, SUM: 0, FAST: 0, ANY: 0, STILL: 1}),
        (1, 0, {LOOK: 1, MOVE: 0, BOTH: 0, SUM: 1, FAST: 0, ANY: 0, STILL: 1}),
        (0, 1, {LOOK: 0, MOVE: 1, BOTH: 0, SUM: 1, FAST: 0, ANY: 2, STILL: 1}),
        (1, 1, {LOOK: 1, MOVE: 1, BOTH: 0.5, SUM: 2, FAST: 0, ANY: 2, STILL: 1}),
        (0, 4, {MOVE: 2, FAST: 1, ANY: 2}),
    ],
)
def test_every_unit_does_what_it_is_said_to_do(bright, speed, expected):
    model = wired()
    inputs = clip("one", bright=bright, speed=speed).read(1.0)
    with torch.no_grad():
        scores, outputs = run(model.module, CARD, inputs)
    peaks = outputs["top"][0].amax((1, 2))
    assert {unit: round(float(peaks[unit]), 3) for unit in expected} == expected
    assert scores.tolist() == pytest.approx([float(peaks[LOOK]), float(peaks[MOVE])])


def test_the_card_has_the_layers_of_the_network():
    _, outputs = run(wired().module, CARD, clips()[0].read(1.0))
    assert [layer.path for layer in CARD.layers] == list(outputs)
    assert [layer.units for layer in CARD.layers] == [output.shape[1] for output in outputs.values()]
