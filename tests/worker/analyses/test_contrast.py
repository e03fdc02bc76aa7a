import pytest
import torch

from worker.analyses import survey
from worker.analyses.contrast import BETWEEN, contrast, uncertain
from worker.analyses.planted import CARD, LOOK, MOVE, clip, wired
from worker.analyses.records import Surveyed


def surveyed(folder, *entries):
    model = wired()
    quiet = {"seen": lambda *_: None, "failed": lambda _, reason: pytest.fail(str(reason))}
    steps = survey.survey(
        entries, module=model.module, control=model.module, card=CARD, folder=folder, replays=0, **quiet
    )
    return Surveyed(list(steps), folder, (0, 1))


def test_a_unit_speaks_by_weight_difference_times_activation(tmp_path):
    """The head is linear: +1 x LOOK for the first class, +1 x MOVE for the second, and no bias."""
    found = surveyed(tmp_path, clip("wrong", bright=1.4, speed=0.9, label=1))
    (why,) = uncertain(found, CARD)
    assert (why.first, why.second, why.layer) == (0, 1, "top")
    assert why.margin == pytest.approx(0.5, abs=1e-3)
    assert [(each.unit, each.weight) for each in why.for_first] == [(LOOK, pytest.approx(1.4, abs=1e-3))]
    assert [(each.unit, each.weight) for each in why.for_second] == [(MOVE, pytest.approx(0.9, abs=1e-3))]
    assert why.rest == pytest.approx(0, abs=1e-3)


def test_biases_are_in_the_rest_so_that_the_parts_make_the_margin():
    given = torch.arange(-20.0, 21.0)
    why = contrast(given, clip="a", classes=(3, 5), layer="fc", margin=2.5)
    assert why.all_first - why.all_second + why.rest == pytest.approx(why.margin)
    assert why.rest == pytest.approx(2.5)
    assert [each.unit for each in why.for_first] == list(range(40, 32, -1))
    assert [each.unit for each in why.for_second] == list(range(8))


def test_the_wrong_ones_come_first_then_the_least_certain(tmp_path):
    entries = [
        clip("sure", bright=2, speed=0, label=0),
        clip("hardly", bright=1.2, speed=1, label=0),
        clip("nearly", bright=1, speed=0.2, label=0),
        clip("unlabelled", bright=1, speed=1.1),
        clip("wrong", bright=0.2, speed=1.9, label=0),
    ]
    found = uncertain(surveyed(tmp_path, *entries), CARD)
    names = {entry.id: entry.name for entry in entries}
    assert [names[each.clip] for each in found] == ["wrong", "unlabelled", "hardly", "nearly"]
    assert all(each.margin < BETWEEN for each in found[1:])


@pytest.mark.parametrize(("label", "expected"), [(None, (2, 1)), (2, (2, 1)), (0, (2, 0)), (1, (2, 1))])
def test_the_rival_is_the_clips_own_class_or_the_runner_up(label, expected):
    assert survey.rivals(torch.tensor([0.0, 2.0, 3.0]), label) == expected
    assert survey.rivals(torch.tensor([1.0]), None) == (0, 0)
