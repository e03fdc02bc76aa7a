"""The sweep that begins by itself, on a real queue; the server's own thread does not run here."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend import app as assembly
from backend import first_look as looking
from backend.app import create_app
from backend.first_look import MARK, TELLING, TITLE, FirstLook, sweep_of
from backend.sweep import Sweep
from backend.sweeper import Sweeper
from contract.catalogue import ModelCard
from contract.settings import SETTINGS, Settings
from contract.shelf import WorkerCard
from contract.spec import VisualizationRequest, bind
from tests.backend.conftest import Crew
from tests.backend.test_sweeper import Place
from tests.conftest import wait_for
from tests.fakes import CARD, layer

DEMO = CARD.model_copy(
    update={"name": "demo", "layers": (layer("conv5_fusion", units=128), layer("classes", units=3, kind="class"))}
)
SHIPPED = ModelCard.model_validate_json(Path(SETTINGS["demo_card"].default).read_bytes())
ABLE = WorkerCard(name="one", device="cpu", fingerprints={"demo": DEMO.fingerprint})


@pytest.fixture
def place(crew: Crew, picture_server: Redis, tmp_path: Path) -> Place:
    crew.shelf.publish(DEMO)
    crew.shelf.check_in(ABLE)
    crew.engine.card_ = DEMO
    return Place(crew, picture_server, tmp_path)


def server(place: Place, data: Path) -> Sweeper:
    """What a server does that starts on the folder."""
    return Sweeper(place.sweeps, place.desk, FirstLook(place.sweeps, place.desk, data))


def rounds(place: Place, sweeper: Sweeper) -> Sweep:
    """Until all is computed that the sweeper asks for."""
    for _ in range(20):
        sweeper.round()
        if not place.queue.positions():
            break
        place.compute()
    (sweep,) = place.sweeps.all()
    return sweep


def test_it_computes_all_classes_and_then_the_units_that_show_most(place: Place, tmp_path: Path) -> None:
    sweep = rounds(place, server(place, tmp_path))
    assert (sweep.state, sweep.failed, place.sweeps.view(sweep).title) == ("finished", {}, TITLE)
    computed = [result.spec for result in place.desk.store.filed()]
    assert {(each.unit, each.parameters.chi) for each in computed if each.layer == "classes"} == {
        (unit, chi) for unit in range(3) for chi in (0.0, 10.0)
    }
    assert {each.unit for each in computed if each.layer == "conv5_fusion"} == set(TELLING["conv5_fusion"])
    first = place.crew.engine.batches[0]
    assert set(first) <= {each.id for each in computed if each.layer == "classes"}


def test_it_waits_for_a_worker_that_has_the_demo(place: Place, tmp_path: Path) -> None:
    place.crew.shelf.check_in(ABLE.model_copy(update={"fingerprints": {}}))
    sweeper = server(place, tmp_path)
    sweeper.round()
    place.crew.shelf.withdraw("demo")
    sweeper.round()
    assert place.sweeps.all() == []
    place.crew.shelf.publish(DEMO)
    place.crew.shelf.check_in(ABLE)
    sweeper.round()
    assert [sweep.title for sweep in place.sweeps.all()] == [TITLE]


def test_a_folder_in_which_something_was_computed_has_none_even_when_it_is_emptied(
    place: Place, tmp_path: Path
) -> None:
    request = VisualizationRequest(model="demo", layer="conv5_fusion", unit=1)
    place.desk.ask(bind(request, DEMO.fingerprint))
    place.compute()
    server(place, tmp_path).round()
    assert place.sweeps.all() == []
    (file,) = tmp_path.glob("*/*/result.json")
    file.unlink()
    server(place, tmp_path).round()
    assert place.sweeps.all() == []


def test_what_a_visitor_had_computed_before_it_could_begin_does_not_keep_it_away(place: Place, tmp_path: Path) -> None:
    sweeper = server(place, tmp_path)
    place.crew.shelf.check_out(ABLE.name)
    sweeper.round()
    place.desk.ask(bind(VisualizationRequest(model="demo", layer="conv5_fusion", unit=1), DEMO.fingerprint))
    place.compute()
    place.crew.shelf.check_in(ABLE)
    sweeper.round()
    assert [sweep.title for sweep in place.sweeps.all()] == [TITLE]


def test_what_somebody_asks_for_goes_first(place: Place, tmp_path: Path) -> None:
    server(place, tmp_path).round()
    asked = bind(VisualizationRequest(model="demo", layer="conv5_fusion", unit=1), DEMO.fingerprint)
    place.desk.ask(asked)
    assert place.queue.positions()[asked.id] == 1
    place.compute()
    assert place.crew.engine.batches[0] == [asked.id]


@pytest.mark.parametrize("end", ["canceled", "finished"])
def test_once_it_has_ended_it_never_comes_back(place: Place, tmp_path: Path, end: str) -> None:
    sweeper = server(place, tmp_path)
    sweeper.round()
    if end == "canceled":
        place.sweeps.stop(place.sweeps.all()[0].id, for_good=True)
    assert rounds(place, sweeper).state == end
    place.queue.connection.delete(*place.queue.connection.keys("kinetoscope:sweeps*"))  # long ago, and forgotten
    server(place, tmp_path).round()
    assert place.sweeps.all() == []


def test_a_server_that_starts_anew_goes_on_with_it_or_leaves_it_paused(place: Place, tmp_path: Path) -> None:
    server(place, tmp_path).round()
    (begun,) = place.sweeps.all()
    again = server(place, tmp_path)
    again.round()
    assert place.now(begun.id).open == begun.open
    place.sweeps.stop(begun.id, for_good=False)
    again.round()
    server(place, tmp_path).round()
    assert [sweep.state for sweep in place.sweeps.all()] == ["paused"]


def test_a_disk_on_which_nothing_can_be_written_is_tried_again(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    sweeper = server(place, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(looking, "write", full)
        sweeper.round()
    (begun,) = place.sweeps.all()
    place.sweeps.stop(begun.id, for_good=True)
    sweeper.round()
    assert (tmp_path / MARK).exists()
    assert place.now(begun.id).state == "canceled"


def test_the_shipped_network_has_these_units_and_they_live() -> None:
    sweep = sweep_of(SHIPPED)
    assert sweep.layers == (SHIPPED.class_layer, *TELLING)
    for path, units in TELLING.items():
        assert sweep.numbers(SHIPPED, SHIPPED.layer(path)) == sorted(units)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_server_begins_it_unless_it_is_told_not_to(
    settings: Settings,
    crew: Crew,
    queue_server: Redis,
    picture_server: Redis,
    monkeypatch: pytest.MonkeyPatch,
    wanted: bool,
) -> None:
    made = []
    monkeypatch.setattr(assembly, "FirstLook", lambda *a: made.append(looking.FirstLook(*a)) or made[0])
    settings = Settings(**{**vars(settings), "first_look": wanted})
    app = create_app(settings, queue_server=queue_server, picture_server=picture_server)
    assert len(made) == wanted
    if wanted:
        crew.shelf.publish(DEMO)
        crew.shelf.check_in(ABLE)
        with TestClient(app, base_url="http://localhost") as client:
            wait_for(lambda: client.get("/api/v1/sweeps").json()["items"])
            assert client.get("/api/v1/sweeps").json()["items"][0]["title"] == TITLE
