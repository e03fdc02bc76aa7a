from redis import Redis

from contract.coverage import Coverage
from tests.fakes import CARD, result, spec


def test_computed_units_are_counted_once_per_variant(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    coverage.add([result(spec(0)), result(spec(1)), result(spec(1)), result(spec(1, chi=0))])
    assert coverage.of(CARD)["conv1"] == {"slow": 2, "fast": 1, "units": 8}
    assert coverage.of(CARD)["classes"] == {"slow": 0, "fast": 0, "units": 3}


def test_only_default_parameters_count(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    coverage.add([result(spec(0, seed=1)), result(spec(0, chi=3)), result(spec(0, steps=10))])
    assert coverage.of(CARD)["conv1"]["slow"] == 0


def test_which_units_are_computed(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    coverage.add([result(spec(0)), result(spec(7))])
    assert coverage.computed(CARD.fingerprint, "conv1", "slow") == {0, 7}
    assert coverage.computed(CARD.fingerprint, "conv1", "fast") == set()
    assert coverage.has(CARD.fingerprint, "conv1", "slow", 7)
    assert not coverage.has(CARD.fingerprint, "conv1", "slow", 1)
