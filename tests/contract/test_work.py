from contract import ablation, work
from contract.pyramid import PyramidRequest, bind
from contract.units import UnitName
from tests.fakes import CARD, analysis, spec

PYRAMID = bind(PyramidRequest(clip="drawn-3"), CARD)
ABLATION = ablation.bind(
    ablation.AblationRequest(clip="drawn-3", units=(UnitName(layer="conv1", unit=1),)),
    CARD,
)


def test_work_is_read_as_it_was_queued() -> None:
    for each in (spec(1), analysis(), PYRAMID, ABLATION):
        assert work.read(work.function(each), (each.model_dump(mode="json"),)) == each


def test_groups_share_all_but_unit_seed_and_slowness() -> None:
    assert work.group(spec(1)) == work.group(spec(2, seed=4, chi=0))
    assert work.group(spec(1)) != work.group(spec(1, kappa=3))
    assert work.group(analysis("a")) != work.group(analysis("b"))


def test_an_analysis_may_take_days() -> None:
    assert work.TIMEOUTS[work.function(analysis())] > 7 * 86400
    assert work.TIMEOUTS[work.function(spec(1))] == 3600


def test_work_in_words() -> None:
    assert work.describe(spec(3)) == "tiny conv1 3"
    assert work.describe(analysis()) == "tiny clips ucf"
    assert work.describe(PYRAMID) == "tiny pyramid drawn-3"
    assert work.describe(ABLATION) == "tiny ablation drawn-3"
