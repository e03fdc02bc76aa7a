import numpy as np
import pytest

from worker.demo.instruments import bowing


@pytest.mark.parametrize("seed", range(20))
def test_a_cello_is_upright_a_violin_level_and_the_bow_is_the_same(seed):
    cello, violin = (bowing(np.random.default_rng(seed), held, hard=False) for held in ("upright", "level"))
    assert abs(cello.turn) <= 0.2
    assert abs(abs(violin.turn) - np.pi / 2) <= 0.2
    assert (cello.bow, cello.bow_angle, cello.contact, cello.wood) == (
        violin.bow,
        violin.bow_angle,
        violin.contact,
        violin.wood,
    )


@pytest.mark.parametrize("held", ["upright", "level"])
def test_hard_instruments_lean_towards_the_diagonal(held):
    turns = [abs(bowing(np.random.default_rng(seed), held, hard=True).turn) for seed in range(30)]
    assert all(0.6 <= turn <= 0.96 for turn in turns)


def test_the_direction_of_the_bow_carries_no_class():
    angles = [np.cos(2 * bowing(np.random.default_rng(s), "upright", hard=False).bow_angle) for s in range(100)]
    assert abs(np.mean(angles)) < 0.15
