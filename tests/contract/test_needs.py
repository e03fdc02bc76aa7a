import pytest

from contract import needs
from contract.ablation import AblationSpec
from contract.analysis import AnalysisSpec
from contract.clip import CheckSpec
from contract.probe import ProbeSpec
from contract.pyramid import PyramidSpec
from contract.shelf import WorkerCard
from contract.work import Work
from tests.fakes import CARD, analysis, spec

DRAWN = AnalysisSpec(model="tiny", fingerprint=CARD.fingerprint, what="clips", clips="drawn")
CHECK = CheckSpec(clip="0" * 32)


SURVEYED = CheckSpec(clip="0" * 32, model="tiny", surveyed="0123456789abcdef")
PROBE = ProbeSpec(clip="0" * 32, model="tiny", fingerprint=CARD.fingerprint, start=0, end=1, at=None, ablate=())


def pyramid(clip: str, model: str = "tiny") -> PyramidSpec:
    facts = {"label": None, "rival": None, "rows": None, "units": 3}
    return PyramidSpec(clip=clip, model=model, fingerprint=CARD.fingerprint, **facts)  # type: ignore[arg-type]


def worker(name: str = "one", **facts: object) -> WorkerCard:
    able = {"fingerprints": {"tiny": CARD.fingerprint}, "clips": ("ucf",), **facts}
    return WorkerCard(name=name, device="cpu", **able)  # type: ignore[arg-type]


@pytest.mark.parametrize("work", [spec(1), analysis("ucf"), DRAWN, CHECK])
def test_a_worker_that_has_everything_takes_everything(work: Work) -> None:
    assert needs.met_by(worker()).issuperset(needs.of(work))
    assert needs.unmet(work, [worker()]) is None


@pytest.mark.parametrize(
    ("work", "lacking", "said"),
    [
        (spec(1), {"fingerprints": {}}, "has the model 'tiny'"),
        (spec(1), {"fingerprints": {"other": CARD.fingerprint}}, "has the model 'tiny'"),
        (spec(1), {"fingerprints": {"tiny": "f" * 16}}, "one has another 'tiny' than this is about"),
        (spec(1), {"engine": "0"}, "version"),
        (analysis("ucf"), {"clips": ("hmdb",)}, "'ucf'"),
        (pyramid("0123456789abcdef"), {"at_home": False}, "data folder"),
        (pyramid("class-1"), {"at_home": False}, "data folder"),
        (SURVEYED, {"at_home": False}, "data folder"),
    ],
)
def test_what_is_missing_is_said(work: Work, lacking: dict[str, object], said: str) -> None:
    short = worker(**lacking)  # type: ignore[arg-type]
    assert not needs.met_by(short).issuperset(needs.of(work))
    assert said in (needs.unmet(work, [short]) or "")
    assert needs.unmet(work, [short, worker("two")]) is None


def test_a_picture_can_be_made_anywhere_and_drawn_clips_are_everywhere() -> None:
    assert needs.FOLDER not in needs.of(spec(1))
    assert needs.met_by(worker(clips=())).issuperset(needs.of(DRAWN))


def test_what_two_workers_have_between_them_is_not_enough() -> None:
    model, clips = worker("one", clips=()), worker("two", fingerprints={})
    assert "'ucf'" in (needs.unmet(analysis("ucf"), [model, clips]) or "")


def test_nobody_and_those_that_are_about_to_stop() -> None:
    assert needs.unmet(spec(1), []) == "No worker is running."
    assert needs.unmet(spec(1), [worker(draining=True)]) == "Every worker is about to stop."
    assert needs.unmet(spec(1), [worker(draining=True), worker("two")]) is None


@pytest.mark.parametrize(
    "work",
    [
        CHECK,
        CheckSpec(clip="0" * 32, model="tiny", surveyed="drawn-3"),
        PROBE,
        pyramid("0" * 32),
        pyramid("0" * 32 + "-500"),
        pyramid("drawn-3"),
        pyramid("class-1", model="demo"),
        AblationSpec(clip="0" * 32, silent=(), model="tiny", fingerprint=CARD.fingerprint),
        analysis("ucf"),
        DRAWN,
        AnalysisSpec(model="tiny", fingerprint=CARD.fingerprint, what="optima"),
    ],
)
def test_what_travels_needs_no_folder(work: Work) -> None:
    both = {"tiny": CARD.fingerprint, "demo": CARD.fingerprint}
    assert needs.unmet(work, [worker(at_home=False, fingerprints=both)]) is None


def test_only_what_is_about_a_clip_alone_needs_no_model() -> None:
    assert needs.of(CHECK) == ()
    assert "has the model" in (needs.unmet(PROBE, [worker(fingerprints={})]) or "")


OVER_UCF = needs.Surveyed(fingerprint=CARD.fingerprint, clips="ucf")


@pytest.mark.parametrize("work", [pyramid("0123456789abcdef"), pyramid("class-1"), SURVEYED])
def test_a_clip_of_a_set_is_looked_for_where_the_set_is(work: Work) -> None:
    assert needs.unmet(work, [worker(at_home=False)], OVER_UCF) is None
    neither = worker(at_home=False, clips=("hmdb",))
    assert "'ucf'" in (needs.unmet(work, [neither], OVER_UCF) or "")
    drawn = needs.Surveyed(fingerprint=CARD.fingerprint, clips="drawn")
    assert needs.unmet(work, [neither], drawn) is None
    assert "has the model" in (needs.unmet(work, [worker(fingerprints={})], OVER_UCF) or "")
