import pytest

from contract.spec import Parameters
from contract.variants import VARIANTS, apply, variant_of, variants
from tests.fakes import CARD, STREAMS


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_recognised_by_its_parameters(name: str) -> None:
    assert variant_of(apply(name, Parameters(seed=3, kappa=2))) == name


def test_other_slowness_is_no_variant() -> None:
    assert variant_of(Parameters(chi=3)) is None


def test_models_that_see_a_clip_only_are_shown_still_too() -> None:
    clip = STREAMS[0].model_copy(update={"kind": "clip", "frames": 16})
    assert variants(CARD) == ("slow", "fast")
    assert variants(CARD.model_copy(update={"streams": (clip,)})) == ("slow", "fast", "still")
