import pytest
import torch
from safetensors.torch import save_file

from contract.catalogue import Stream
from worker.analyses import survey
from worker.analyses.planted import ANY, BOTH, CARD, FAST, LOOK, MOVE, STILL, SUM, clip, wired
from worker.analyses.survey import Record


@pytest.fixture
def model():
    return wired()


def test_a_clip_leaves_peaks_places_and_what_was_given_to_its_class(model):
    inputs = clip("a", bright=1, speed=1, label=0, spot=(4, 11)).read(1.0)
    found = Record(survey.observe(model.module, CARD, inputs, label=0))
    assert found.of("peak", "top")[[LOOK, MOVE, BOTH, SUM, STILL]].tolist() == pytest.approx(
        [1, 1, 0.5, 2, 1], abs=1e-4
    )
    time, row, column = found.of("place", "top")[LOOK].tolist()
    assert (time, abs(row - 4) <= 2, abs(column - 11) <= 2) == (0, True, True)
    assert found.of("relevance", "top").tolist() == pytest.approx([1, 0, 0, 0, 0, 0, 0], abs=1e-4)
    assert found.values["scores"].tolist() == pytest.approx([1, 1], abs=1e-4)
    energy = found.values["energy"]
    assert energy[:2].sum() == 0
    assert energy[8, 22] > 0


def test_unlabelled_clips_are_explained_by_what_they_were_taken_for(model):
    inputs = clip("a", bright=0.2, speed=1).read(1.0)
    found = Record(survey.observe(model.module, CARD, inputs, label=None))
    assert found.of("relevance", "top")[MOVE] == pytest.approx(1, abs=1e-4)


def test_each_input_alone_is_taken_at_the_place_of_the_peak(model):
    inputs = clip("a", bright=1, speed=1, label=0).read(1.0)
    values = survey.observe(model.module, CARD, inputs, label=0)
    alone = survey.each_alone(model.module, CARD, inputs, values)
    assert alone["alone:appearance/top"][[LOOK, MOVE, BOTH, SUM]].tolist() == pytest.approx([1, 0, 0, 1], abs=1e-4)
    assert alone["alone:motion/top"][[LOOK, MOVE, BOTH, SUM]].tolist() == pytest.approx([0, 1, 0, 1], abs=1e-4)
    assert alone["alone:/top"][STILL] == 1


def test_a_replay_plays_the_clip_at_every_speed(model):
    found = survey.replay({"speed": model.module}, CARD, clip("a", bright=1, speed=1))
    fast = [float(found[f"speed:{speed}/top"][FAST]) for speed in survey.SPEEDS]
    any_speed = [float(found[f"speed:{speed}/top"][ANY]) for speed in survey.SPEEDS]
    assert fast == pytest.approx([0, 0, 0, 0, 1], abs=1e-4)
    assert any_speed == pytest.approx([2] * 5, abs=1e-4)


def test_at_rest_a_clip_keeps_its_picture_and_nothing_moves():
    motion, clip_ = (
        Stream(name="m", kind="motion", frames=4, height=2, width=2),
        Stream(name="c", kind="clip", frames=5, height=2, width=2),
    )
    card = CARD.model_copy(update={"streams": (motion, clip_)})
    still = survey.at_rest([torch.ones(2, 4, 2, 2), torch.arange(5.0).view(1, 5, 1, 1).expand(3, 5, 2, 2)], card)
    assert still[0].abs().sum() == 0
    assert still[1].shape == (3, 5, 2, 2)
    assert still[1].unique().tolist() == [2], "the middle frame"


def test_a_record_of_another_version_is_made_anew(tmp_path):
    path = tmp_path / "x.safetensors"
    save_file({"peak/top": torch.ones(1)}, path, {"version": "1"})
    assert survey.load(path) is None
    survey.save({"peak/top": torch.ones(1)}, path)
    assert survey.load(path) is not None
    assert survey.load(path, wanted=lambda key: key == "other").values == {}


def test_a_survey_goes_on_where_it_was_and_leaves_out_what_cannot_be_read(model, tmp_path):
    read, failures, pictures = [], [], []

    def entry(name, fails=False):
        good = clip(name, bright=1, speed=1, label=0)

        def counted(speed):
            read.append((name, speed))
            if fails:
                raise OSError("cut short")
            return good.read(speed)

        return type(good)(name=name, label=0, read=counted)

    def go(entries):
        return [
            each.name
            for each in survey.survey(
                entries,
                module=model.module,
                control=model.module,
                card=CARD,
                folder=tmp_path,
                replays=1,
                seen=lambda e, inputs, scores: pictures.append(e.name),
                failed=lambda e, reason: failures.append((e.name, str(reason))),
            )
        ]

    assert go([entry("a"), entry("broken", fails=True)]) == ["a"]
    assert failures == [("broken", "cut short")]
    assert len(read) == 1 + 1 + len(survey.SPEEDS) + 1
    read.clear()
    assert go([entry("a"), entry("b")]) == ["a", "b"]
    assert read == [("b", 1.0)], "a is on record, and only the first clip is replayed"
    assert pictures == ["a", "b"]


@pytest.mark.parametrize("content", [None, b"", b"no tensors" * 9])
def test_an_unreadable_record_counts_as_absent(tmp_path, content):
    if content is not None:
        (tmp_path / "x.safetensors").write_bytes(content)
    assert survey.load(tmp_path / "x.safetensors") is None


def test_the_place_of_a_peak():
    map = torch.zeros(2, 3, 4, 5)
    map[0, 2, 1, 4], map[1, 0, 3, 0] = 7, 8
    value, place = survey.peak_of(map)
    assert value.tolist() == [7, 8]
    assert place.tolist() == [[2, 1, 4], [0, 3, 0]]
