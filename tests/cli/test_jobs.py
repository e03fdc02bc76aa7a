"""Jobs of a real server whose worker counts instead of computing."""

from __future__ import annotations

import json

import pytest

from cli.__main__ import main
from tests.backend.conftest import Crew, app, crew, live, page, settings
from tests.fakes import spec

__all__ = ["app", "crew", "live", "page", "settings"]


def run(live: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["jobs", *arguments, "--url", live])
    return status, capsys.readouterr().out


def test_jobs_are_listed_by_state_those_queued_in_the_order_of_their_turn(live: str, crew: Crew, capsys) -> None:
    crew.services.queue.submit(spec(0))
    crew.work()
    for unit in (3, 2, 1):
        crew.services.queue.submit(spec(unit))
    status, said = run(live, capsys, "--limit", "2")
    assert status == 0
    assert said.splitlines() == [
        "Running: 0",
        "Queued: 3",
        f"  {spec(3).id}  queued, Unit 3 of conv1, tiny, slow, No worker is running.",
        f"  {spec(2).id}  queued, Unit 2 of conv1, tiny, slow, No worker is running.",
        "  and 1 more",
        "Failed: 0",
    ]
    assert "finished, Unit 0 of conv1" in run(live, capsys, "--state", "finished")[1]


def test_jobs_as_json(live: str, crew: Crew, capsys) -> None:
    crew.services.queue.submit(spec(1))
    pages = json.loads(run(live, capsys, "--json")[1])
    assert {state: page["total"] for state, page in pages.items()} == {"running": 0, "queued": 1, "failed": 0}


def test_named_jobs_are_canceled_and_tried_again(live: str, crew: Crew, capsys) -> None:
    crew.services.queue.submit(spec(0))
    crew.work()
    for unit in (1, 2):
        crew.services.queue.submit(spec(unit))
    status, said = run(live, capsys, "--cancel", spec(1).id, spec(2).id)
    assert (status, said.count("canceled, Unit")) == (0, 2)
    assert run(live, capsys, "--cancel", spec(0).id)[0] == 1, "it has finished"
    status, said = run(live, capsys, "--retry", spec(1).id, "--json")
    assert (status, [job["state"] for job in json.loads(said)]) == (0, ["queued"])


def test_all_that_is_queued_is_canceled(live: str, crew: Crew, capsys) -> None:
    for unit in (1, 2):
        crew.services.queue.submit(spec(unit))
    assert run(live, capsys, "--cancel-queued") == (0, "Canceled 2 jobs, paused 0 sweeps.\n")
    assert crew.services.queue.positions() == {}


def test_a_job_that_is_not_known_is_said(live: str, capsys) -> None:
    assert main(["jobs", "--cancel", "0" * 32, "--url", live]) == 1
    assert "0" * 32 in capsys.readouterr().err
