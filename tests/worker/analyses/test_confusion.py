import pytest
import torch

from worker.analyses import confusion
from worker.analyses.collection import Entry
from worker.analyses.planted import CARD, LOOK, MOVE, clip, wired


def test_the_matrix_counts_every_labelled_clip_once():
    found = confusion.classes([0, 0, 0, 0, 1, 2, None], [0, 1, 1, 5, 1, 0, 1])
    assert [(each.label, each.clips, each.right) for each in found] == [(0, 4, 1), (1, 1, 1), (2, 1, 0)]
    assert found[0].confused == ((1, 2), (5, 1))
    assert confusion.confused_pairs(found, most=5) == [(0, 1, 2), (0, 2, 1)], "5 has no clips"
    assert confusion.confused_pairs(found, most=1) == [(0, 1, 2)]


def test_units_are_shared_or_tell_apart():
    weights = confusion.weigh(torch.tensor([3.0, 0.0, 2.0]), torch.tensor([0.0, 4.0, 1.5]))
    assert weights["shared"].argmax() == 2
    assert weights["first"].argmax() == 0
    assert weights["second"].argmax() == 1
    assert [each.unit for each in confusion.listed("l", weights["first"])] == [0, 2]


@pytest.fixture
def entries():
    def masks():
        from numpy import zeros

        spot, rest = zeros((16, 16), bool), zeros((16, 16), bool)
        spot[5:12, 5:12], rest[:4] = True, True
        return {"spot": spot, "rest": rest}

    bright = [clip(f"bright {i}", bright=1, speed=0.1, label=0) for i in range(3)]
    moving = [clip(f"moving {i}", bright=0.1, speed=1, label=1) for i in range(3)]
    return [Entry(each.name, each.label, each.read, parts=masks) for each in (*bright, *moving)]


def test_a_pair_is_told_apart_by_the_units_that_are_wired_so(entries):
    given = {0: torch.eye(7)[LOOK], 1: torch.eye(7)[MOVE]}
    found = confusion.look_into((0, 1, 2), entries, module=wired().module, card=CARD, layer="top", contributions=given)
    assert [each.unit for each in found.for_first] == [LOOK]
    assert [each.unit for each in found.for_second] == [MOVE]
    assert (found.clips, found.confused) == (6, 2)
    effects = {each.what: each for each in found.ablations}
    assert effects["first"].first == pytest.approx((0.9, -0.1), abs=1e-4), "without LOOK a bright clip is a moving one"
    assert effects["first"].second == pytest.approx((-0.9, -1.0), abs=1e-4)
    assert effects["first"].right == (1, 0.5)
    assert effects["second"].right == (1, 0.5)


def test_the_part_that_decides_is_named(entries):
    given = {0: torch.eye(7)[LOOK], 1: torch.eye(7)[MOVE]}
    found = confusion.look_into((0, 1, 2), entries, module=wired().module, card=CARD, layer="top", contributions=given)
    assert [(each.part, each.weight) for each in found.parts] == [("spot", 1), ("rest", 0)]
