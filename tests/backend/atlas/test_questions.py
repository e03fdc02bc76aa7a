from pathlib import Path

import pytest

from backend.atlas.contents import computed, held
from backend.atlas.questions import Question, of_model
from tests.backend.atlas import filled

UNIT = "/models/m/layers/a.b/units/4"


@pytest.mark.parametrize(
    ("question", "file", "key"),
    [
        (Question("/models"), "api/v1/models.json", ""),
        (Question(UNIT, {"seed": 1, "chi": 2.5}), f"api/v1{UNIT}.json", "chi=2.5&seed=1"),
        (Question(UNIT, {"negative": True, "chi": 5.0}), f"api/v1{UNIT}.json", "chi=5&negative=true"),
        (Question("/models/m/pyramids", {"class": 2}, "c0"), "api/v1/models/m/pyramids/c0.json", "class=2"),
    ],
)
def test_where_an_answer_is_kept(question: Question, file: str, key: str):
    assert (question.file, question.key) == (file, key)


def test_every_question_is_asked_once(tmp_path: Path):
    archive = filled.analyse(tmp_path)
    found = computed(filled.CARD, [filled.result(each)[0] for each in filled.specs()])
    asked = list(of_model(filled.CARD, held(filled.CARD, found, archive), found))
    assert len({(each.file, each.key) for each in asked}) == len(asked)
    own = filled.spec("fc8", 1, kappa=2.0).id
    assert f"/visualizations/{own}" in {each.path for each in asked}
