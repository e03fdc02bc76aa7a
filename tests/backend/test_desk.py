from pathlib import Path

import pytest
from redis import Redis

from backend.desk import API, Desk
from backend.room import DiskFull, Room
from contract.ablation import AblationRequest, AblationSpec, bind
from contract.errors import UnknownJob, UnknownVisualization
from contract.events import START
from contract.needs import Surveyed, met_by
from contract.shelf import WorkerCard
from contract.units import named
from tests.backend.conftest import Crew
from tests.fakes import CARD, analysis, result, spec


@pytest.fixture
def disk() -> list[int]:
    """Bytes that are free; a test may change them."""
    return [10**12]


@pytest.fixture
def desk(crew: Crew, disk: list[int], tmp_path: Path) -> Desk:
    services = crew.services
    return Desk(
        store=services.store,
        queue=services.queue,
        events=services.events,
        board=services.board,
        shelf=crew.shelf,
        room=Room(tmp_path, 200, free=lambda _folder: disk[0]),
    )


def kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.events.after(START) if event.kind != "workers"]


def test_looking_queues_nothing(desk: Desk) -> None:
    view = desk.look([spec(1)])[0]
    assert (view.state, view.url) == ("absent", f"{API}/visualizations/{spec(1).id}")
    assert desk.queue.count() == 0


def test_asking_twice_is_one_job_and_one_event(desk: Desk) -> None:
    first, second = desk.ask(spec(1)), desk.ask(spec(1))
    assert first.state == second.state == "queued"
    assert first.position == 1
    assert kinds(desk) == ["queued"]


def test_what_is_computed_is_not_queued_again(desk: Desk, crew: Crew) -> None:
    desk.ask(spec(1))
    crew.work()
    view = desk.ask(spec(1))
    assert view.state == "finished"
    assert view.result is not None
    assert kinds(desk).count("queued") == 1


def test_somebody_who_waits_goes_before_batches(desk: Desk) -> None:
    desk.ask_many([spec(unit) for unit in range(3)])
    assert desk.ask(spec(7)).position == 1
    assert desk.ask(spec(2)).position == 2
    assert [view.position for view in desk.look([spec(0), spec(1)])] == [3, 4]


def test_a_clip_of_a_set_waits_for_who_has_the_set(desk: Desk, crew: Crew) -> None:
    about = AblationSpec(clip="0123456789abcdef", silent=(), model="tiny", fingerprint=CARD.fingerprint)
    elsewhere = WorkerCard(name="one", device="cpu", fingerprints={"tiny": CARD.fingerprint}, at_home=False)
    crew.shelf.check_in(elsewhere)
    desk._surveyed = lambda work: Surveyed(CARD.fingerprint, "ucf") if work == about else None
    assert "'ucf'" in (desk.analyse(about).blocked or "")
    assert desk.queue.take(met_by(elsewhere)) is None
    able = elsewhere.model_copy(update={"clips": ("ucf",)})
    crew.shelf.check_in(able)
    assert desk.analyses([about])[0].blocked is None
    assert desk.queue.take(met_by(able))


def test_what_no_worker_can_take_says_why_and_runs_once_one_can(desk: Desk, crew: Crew) -> None:
    assert desk.ask(spec(1)).blocked == "No worker is running."
    crew.shelf.check_in(WorkerCard(name="other", device="cpu", fingerprints={"demo": CARD.fingerprint}))
    assert desk.job(spec(1).id).blocked == "No running worker has the model 'tiny'."
    crew.shelf.check_in(WorkerCard(name="one", device="cpu", fingerprints={"tiny": CARD.fingerprint}))
    assert desk.look([spec(1)])[0].blocked is None
    crew.work()
    assert desk.look([spec(1)])[0].blocked is None


def test_an_analysis_says_so_too(desk: Desk) -> None:
    assert desk.analyse(analysis()).blocked == "No worker is running."
    assert desk.analyses([analysis("other")])[0].blocked is None, "it was never asked for"


def test_a_canceled_job_can_be_tried_again(desk: Desk) -> None:
    desk.ask(spec(1))
    assert desk.cancel(spec(1).id).state == "canceled"
    assert desk.cancel(spec(1).id).state == "canceled"
    assert desk.retry(spec(1).id).state == "queued"
    assert kinds(desk) == ["queued", "canceled", "queued"]


def test_a_finished_job_stays_as_it_is(desk: Desk, crew: Crew) -> None:
    desk.ask(spec(1))
    crew.work()
    assert desk.cancel(spec(1).id).state == "finished"
    assert desk.retry(spec(1).id).state == "finished"


def test_a_result_that_is_gone_is_as_if_never_asked_for(desk: Desk, crew: Crew, picture_server: Redis) -> None:
    desk.ask(spec(1))
    crew.work()
    picture_server.flushall()
    assert desk.look([spec(1)])[0].state == "absent"


@pytest.mark.parametrize("method", ["find", "job", "cancel", "retry"])
def test_an_unknown_id_is_an_error(desk: Desk, method: str) -> None:
    with pytest.raises(UnknownVisualization if method == "find" else UnknownJob, match="0000"):
        getattr(desk, method)("0" * 32)


def test_what_is_kept_as_a_file_is_finished_with_it_and_absent_without(desk: Desk, crew: Crew) -> None:
    study = analysis()
    assert desk.study(study, there=True).state == "finished"
    desk.analyse(study)
    assert desk.study(study, there=False).state == "queued"
    crew.work()
    assert desk.study(study, there=False).state == "absent"


def test_without_room_nothing_new_is_taken_on_and_all_else_goes_on(desk: Desk, disk: list[int], crew: Crew) -> None:
    desk.ask(spec(1))
    desk.ask(spec(2))
    desk.cancel(spec(2).id)
    desk.analyse(analysis())
    desk.store.put(result(spec(3)), {})
    disk[0] = 199_999_999
    for refused in (
        lambda: desk.ask(spec(4)),
        lambda: desk.ask_many([spec(1), spec(4)]),
        lambda: desk.retry(spec(2).id),
        lambda: desk.analyse(analysis("others")),
    ):
        with pytest.raises(DiskFull, match=r"200 MB left, and 200 MB .*KINETOSCOPE_RESERVE"):
            refused()
    assert desk.queue.positions() == {spec(1).id: 1, analysis().id: 2}
    assert [view.state for view in desk.ask_many([spec(1), spec(3)])] == ["queued", "finished"]
    assert desk.ask(spec(3)).state == "finished"
    assert desk.analyse(analysis()).state == "queued"
    crew.work()
    assert desk.find(spec(1).id).state == "finished"
    disk[0] = 200_000_000
    assert desk.ask(spec(4)).state == "queued"


def test_what_is_about_a_clip_is_canceled_wherever_it_stands(desk: Desk) -> None:
    clip, other = "a" * 32, "b" * 32
    studies = [bind(AblationRequest(clip=f"{each}-100", units=tuple(named("conv1:2"))), CARD) for each in (clip, other)]
    for study in studies:
        desk.analyse(study)
    desk.ask(spec(1))
    taken = desk.queue.take()
    assert taken is not None
    assert taken[0].id == spec(1).id
    assert set(desk.queue.under_way()) == {spec(1).id, *(study.id for study in studies)}
    desk.cancel_about(clip)
    assert [desk.job(study.id).state for study in studies] == ["canceled", "queued"]
