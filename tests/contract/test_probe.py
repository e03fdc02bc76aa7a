import pytest
from pydantic import ValidationError

from contract.clip import Film
from contract.errors import UnitOutOfRange, UnknownLayer, Unsuited
from contract.probe import ProbeRequest, bind
from contract.result import StreamPicture
from contract.units import UnitName
from tests.fakes import CARD

ID = "ab" * 16
PICTURE = StreamPicture(name="film", kind="clip", frames=1, height=1, width=1, fps=1.0, strip="a", poster="b")
FILM = Film(seconds=4.0, frames=100, fps=25.0, width=64, height=48, codec="h264", picture=PICTURE)


def ask(**more):
    return bind(ProbeRequest(clip=ID, **more), CARD, FILM)


def test_a_request_is_bound_to_weights_and_to_the_length_of_the_clip() -> None:
    spec = ask()
    assert (spec.start, spec.end, spec.model, spec.fingerprint) == (0.0, 4.0, "tiny", CARD.fingerprint)
    assert ask(end=9.0).id == spec.id
    one, other = UnitName(layer="conv1", unit=3), UnitName(layer="classes", unit=0)
    assert ask(ablate=(one, other)).id == ask(ablate=(other, one, other)).id != spec.id
    assert len({spec.id, ask(start=1.0).id, ask(end=3.0).id, ask(at=2.0).id}) == 4


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"start": 4.0}, Unsuited, "start is 4 s and end is 4 s of a clip of 4 s"),
        ({"start": 2.0, "end": 1.0}, Unsuited, "nothing lies between"),
        ({"at": 5.0}, Unsuited, "at is 5 s, which does not lie between"),
        ({"ablate": (UnitName(layer="conv2", unit=0),)}, UnknownLayer, "Did you mean conv1"),
        ({"ablate": (UnitName(layer="conv1", unit=8),)}, UnitOutOfRange, "numbered 0 to 7; 8"),
    ],
)
def test_what_cannot_be_probed_is_said_in_words(more: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask(**more)


def test_a_model_without_classes_has_nothing_to_say() -> None:
    with pytest.raises(Unsuited, match="no classes"):
        bind(ProbeRequest(clip=ID), CARD.model_copy(update={"classes": ()}), FILM)


@pytest.mark.parametrize("more", [{"clip": "../etc"}, {"start": -1}, {"start": float("nan")}, {"unknown": 1}])
def test_numbers_are_checked(more: dict) -> None:
    with pytest.raises(ValidationError):
        ProbeRequest(**{"clip": ID, **more})
