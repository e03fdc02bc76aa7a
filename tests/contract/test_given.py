from pathlib import Path

import pytest
from redis import Redis

from contract.errors import ModelProblem
from contract.given import Given
from contract.shelf import Shelf
from tests.fakes import CARD


def test_a_card_that_was_given_is_on_the_shelf(tmp_path: Path, queue_server: Redis):
    given = Given(tmp_path)
    shelf = Shelf(queue_server, given=given)
    assert (given.cards(), shelf.cards()) == ([], {})
    given.put(CARD)
    assert given.cards() == [CARD]
    assert shelf.cards() == {"tiny": CARD}


def test_a_worker_knows_better(tmp_path: Path, queue_server: Redis):
    given = Given(tmp_path)
    given.put(CARD)
    shelf = Shelf(queue_server, given=given)
    shelf.publish(CARD.model_copy(update={"title": "Trained again"}))
    assert shelf.card("tiny").title == "Trained again"


def test_a_card_of_another_version_is_passed_over(tmp_path: Path):
    given = Given(tmp_path)
    given.put(CARD)
    (given.folder / "other.json").write_text('{"name": "other"}')
    assert given.cards() == [CARD]


@pytest.mark.parametrize("name", ["../escape", ".hidden", "a/b", ""])
def test_a_name_is_no_path(tmp_path: Path, name: str):
    with pytest.raises(ModelProblem, match="cannot be the name"):
        Given(tmp_path).put(CARD.model_copy(update={"name": name}))
    assert list(tmp_path.rglob("*.json")) == []
