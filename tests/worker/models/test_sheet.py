import pytest

from contract.errors import ModelProblem
from worker.models import sheet

STREAM = {"name": "clip", "kind": "clip", "frames": 4, "height": 8, "width": 8}


def read(tmp_path, **card):
    return sheet.read({"streams": [STREAM], **card}, title="Net", folder=tmp_path, origin="net.py")


def test_class_lists_are_given_by_name_by_file_or_in_place(tmp_path):
    (tmp_path / "mine.txt").write_text("wave\nclap\n")
    assert read(tmp_path, classes="mine.txt").classes == ("wave", "clap")
    assert len(read(tmp_path, classes="kinetics400").classes) == 400
    assert read(tmp_path, classes=["a"]).classes == ("a",)


def test_heads_have_lists_of_their_own(tmp_path):
    heads = [{"layer": "verb", "classes": ["cut"]}, {"layer": "noun", "classes": "hmdb51", "output": "sigmoid"}]
    verb, noun = read(tmp_path, heads=heads).heads
    assert (verb.classes, verb.output) == (("cut",), "softmax")
    assert (len(noun.classes), noun.output) == (51, "sigmoid")


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"clases": []}, "Did you mean classes"),
        ({"streams": [{**STREAM, "hight": 3}]}, "Did you mean height"),
        ({"streams": [{k: v for k, v in STREAM.items() if k != "frames"}]}, "frames: missing"),
        ({"streams": [STREAM, STREAM]}, "same name"),
        ({"streams": []}, "streams"),
        ({"classes": "kinetics40"}, "Did you mean kinetics400"),
        ({"classes": ["a"], "heads": [{"layer": "x"}]}, "either heads, or classes"),
        ({"output": "linear"}, "softmax"),
    ],
)
def test_mistakes_are_named_with_the_nearest_entry(tmp_path, card, words):
    with pytest.raises(ModelProblem, match=words):
        read(tmp_path, **card)


def test_a_card_must_be_a_dictionary(tmp_path):
    with pytest.raises(ModelProblem, match="no dictionary CARD"):
        sheet.read(None, title="Net", folder=tmp_path, origin="net.py")
