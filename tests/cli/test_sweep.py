"""Sweeps of a real server whose worker counts instead of computing."""

from __future__ import annotations

import json

import pytest

from cli import sweep
from cli.__main__ import main
from cli.remote import Remote
from tests.backend.conftest import Crew, app, crew, live, page, settings
from tests.client.conftest import served

__all__ = ["app", "crew", "live", "page", "settings"]


@pytest.fixture(autouse=True)
def briskly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAUSE_S", 0.02)


def computed(crew: Crew) -> int:
    return sum(map(len, crew.engine.batches))


def test_a_sweep_computes_what_is_missing_and_nothing_twice(live: str, crew: Crew, capsys) -> None:
    command = ["sweep", "tiny", "--layers", "conv1,classes", "--url", live, "--json"]
    assert served(crew, lambda: main(command)) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["layer"], first["units"], first["missing"]) == ("conv1", 7, 14), "the dead one is left out"
    assert (second["layer"], second["missing"]) == ("classes", 6)
    assert computed(crew) == 20
    assert main([*command, "--plan"]) == 0
    assert [course["missing"] for course in json.loads(capsys.readouterr().out)] == [0, 0]
    assert served(crew, lambda: main(command)) == 0
    assert computed(crew) == 20


def test_a_plan_says_what_it_would_cost_and_does_nothing(live: str, crew: Crew, capsys) -> None:
    served(crew, lambda: main(["sweep", "tiny", "--layers", "conv1", "--units", "0-1,3", "--url", live]))
    capsys.readouterr()
    assert main(["sweep", "tiny", "--layers", "all", "--variants", "slow", "--plan", "--url", live]) == 0
    said = capsys.readouterr().out
    assert "4 of       7 runs missing" in said
    assert "64 of      64 runs missing, time not known" in said
    assert said.rstrip().endswith("71 runs, time not known yet.")
    crew.work()
    assert computed(crew) == 6


def test_jobs_are_asked_for_a_few_at_a_time_and_called_back_when_it_is_stopped(
    live: str, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "WAITING", 10)
    remote = Remote(live)
    layer = next(each for each in remote.get("models", "tiny")["layers"] if each["path"] == "motion.conv3_1")
    course = sweep.plan(remote, remote.get("models", "tiny"), layer, ["slow", "fast"], [])
    told = []

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    def states() -> list[str]:
        return [job["state"] for job in remote.get("jobs", limit=200)["items"]]

    with pytest.raises(KeyboardInterrupt):
        sweep.follow(
            remote,
            "tiny",
            course,
            ["slow", "fast"],
            (lambda *way: told.append(way), lambda seconds: None if len(told) < 2 else stop(seconds)),
        )
    assert states() == ["canceled"] * 10
    assert told == [("motion.conv3_1", 0, 128)] * 2
    assert (
        served(crew, lambda: main(["sweep", "tiny", "--layers", "motion.conv3_1", "--units", "0-9", "--url", live]))
        == 0
    )
    assert computed(crew) == 20


def test_a_unit_that_fails_is_named_and_the_others_go_on(live: str, crew: Crew, capsys) -> None:
    crew.engine.explode = ValueError("no such thing")
    assert served(crew, lambda: main(["sweep", "tiny", "--layers", "conv1", "--units", "2", "--url", live])) == 1
    assert "conv1 2: " in capsys.readouterr().err
    crew.engine.explode = None
    assert served(crew, lambda: main(["sweep", "tiny", "--layers", "conv1", "--units", "2", "--url", live])) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tinny"], "Did you mean tiny"),
        (["tiny", "--layers", "conv1,conv9"], "no layer 'conv9'. It has conv1"),
        (["tiny", "--variants", "still"], "not shown as 'still', but as slow, fast"),
        (["tiny", "--units", "a-b"], "'a-b' is no list of numbers"),
        (["tiny", "--url", "http://127.0.0.1:9"], "No answer from http://127.0.0.1:9"),
    ],
)
def test_mistakes_are_said_in_a_line(live: str, capsys, arguments: list[str], words: str) -> None:
    assert main(["sweep", *(["--url", live] if "--url" not in arguments else []), *arguments]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
