"""`bench network` on a network of three layers; the hours against a sum by hand."""

import pytest

from benchmarks import network
from benchmarks.report import Report
from tests.worker.planted import linear_two_stream


def test_each_layer_has_its_pace_and_the_network_its_hours(monkeypatch):
    monkeypatch.setattr(network, "matmul_gflops", lambda _dtype, device: 1e-3)
    report = Report("0")
    network.measure(
        report, device="cpu", units=2, layers=["motion", "fusion"], build=lambda _folder: linear_two_stream()
    )
    found = {line.name: line.value for line in report.results}
    assert found["network.fusion.units_per_second"] > 0
    assert found["network.fusion.share_of_peak"] > 0
    assert found["network.units"] == sum(layer.units for layer in linear_two_stream().card.layers)
    assert found["network.hours"] > 0
    assert report.ok


def test_what_was_not_measured_counts_as_the_next_larger_field():
    card = linear_two_stream().card
    small, *_, large = card.layers
    card = card.model_copy(
        update={
            "layers": [
                small.model_copy(update={"path": "a", "units": 10, "receptive_field": 5}),
                small.model_copy(update={"path": "b", "units": 20, "receptive_field": 7}),
                large.model_copy(update={"path": "c", "units": 30, "receptive_field": 40}),
                large.model_copy(update={"path": "d", "units": 1, "receptive_field": None}),
            ]
        }
    )
    seconds = {card.layers[1]: 2.0, card.layers[2]: 3.0}
    assert network.hours(card, seconds) == pytest.approx((10 * 2 + 20 * 2 + 30 * 3 + 1 * 3) / 3600)
