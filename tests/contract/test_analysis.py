import pytest
from pydantic import ValidationError

from contract.analysis import AnalysisRequest, bind, sets
from contract.errors import UnknownClips

MODEL = {"model": "tiny", "fingerprint": "0123456789abcdef"}


def test_the_id_is_of_all_that_decides_what_is_done() -> None:
    clips = AnalysisRequest(what="clips", clips="ucf")
    first = bind(clips, known=["ucf", "hmdb"], **MODEL)
    assert len(first.id) == 32
    assert first.id == bind(clips, known=["ucf"], **MODEL).id
    others = [
        bind(AnalysisRequest(what="clips", clips="hmdb"), known=["hmdb"], **MODEL),
        bind(AnalysisRequest(what="optima"), known=[], **MODEL),
        bind(AnalysisRequest(what="optima", units=8), known=[], **MODEL),
        bind(clips, known=["ucf"], model="tiny", fingerprint="fedcba9876543210"),
    ]
    assert len({first.id, *(each.id for each in others)}) == 5


def test_what_does_not_concern_a_request_makes_no_other_one() -> None:
    plain = bind(AnalysisRequest(what="clips", clips="ucf"), known=["ucf"], **MODEL)
    assert bind(AnalysisRequest(what="clips", clips="ucf", units=9), known=["ucf"], **MODEL) == plain
    optima = bind(AnalysisRequest(what="optima", clips="anything"), known=[], **MODEL)
    assert optima == bind(AnalysisRequest(what="optima"), known=[], **MODEL)


def test_a_set_of_clips_goes_by_a_name_that_is_known() -> None:
    with pytest.raises(UnknownClips, match="Did you mean ucf101"):
        bind(AnalysisRequest(what="clips", clips="ucf11"), known=["ucf101"], **MODEL)
    with pytest.raises(UnknownClips) as none:
        bind(AnalysisRequest(what="clips", clips="/etc"), known=[], **MODEL)
    assert "KINETOSCOPE_CLIPS" in none.value.detail


@pytest.mark.parametrize("wrong", [{"what": "all"}, {"what": "optima", "units": 0}, {"what": "optima", "folder": "/"}])
def test_anything_else_is_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        AnalysisRequest.model_validate(wrong)


def test_the_demo_has_clips_of_its_own() -> None:
    assert sets("demo", ["ucf"]) == ["drawn", "ucf"]
    assert sets("tiny", ["ucf"]) == ["ucf"]
