"""Sweeps of a real server whose worker counts instead of computing."""

from __future__ import annotations

import json

import pytest

from backend import sweeper
from cli import sweep
from cli.__main__ import main
from cli.remote import Remote
from tests.backend.conftest import Crew, app, crew, live, page, settings
from tests.client.conftest import served

__all__ = ["app", "crew", "live", "page", "settings"]


@pytest.fixture(autouse=True)
def briskly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAUSE_S", 0.02)
    monkeypatch.setattr(sweeper, "EVERY_S", 0.02)


def computed(crew: Crew) -> int:
    return sum(map(len, crew.engine.batches))


def test_a_sweep_computes_what_is_missing_and_nothing_twice(live: str, crew: Crew, capsys) -> None:
    command = ["sweep", "tiny", "--layers", "conv1,classes", "--url", live, "--json"]
    assert served(crew, lambda: main(command)) == 0
    view = json.loads(capsys.readouterr().out)
    first, second = view["layers"]
    assert (first["layer"], first["units"], first["runs"]) == ("conv1", 7, 14), "the dead one is left out"
    assert (second["layer"], second["runs"]) == ("classes", 6)
    assert (view["state"], view["missing"]) == ("finished", 0)
    assert computed(crew) == 20
    assert main([*command, "--plan"]) == 0
    assert [layer["missing"] for layer in json.loads(capsys.readouterr().out)["layers"]] == [0, 0]
    assert served(crew, lambda: main(command)) == 0
    assert computed(crew) == 20


def test_a_plan_says_what_it_would_cost_and_does_nothing(live: str, crew: Crew, capsys) -> None:
    served(crew, lambda: main(["sweep", "tiny", "--layers", "conv1", "--units", "0-1,3", "--url", live]))
    capsys.readouterr()
    assert main(["sweep", "tiny", "--layers", "all", "--variants", "slow", "--plan", "--url", live]) == 0
    said = capsys.readouterr().out
    assert "4 of       7 pictures missing, 0.1 s each" in said
    assert "64 of      64 pictures missing, roughly 0.1 s each" in said
    assert "71 pictures to compute: roughly 7.1 s on one worker; 2 of 3 layers guessed from others.\nNo worker" in said
    crew.work()
    assert computed(crew) == 6


def test_a_plan_without_any_time_says_so(live: str, capsys) -> None:
    assert main(["sweep", "tiny", "--layers", "conv1", "--plan", "--url", live]) == 0
    assert "14 pictures to compute, in a time that is not known before one was made." in capsys.readouterr().out


def test_ctrl_c_pauses_it_and_the_same_command_goes_on(live: str, crew: Crew, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sweeper, "WAITING", 10)
    remote = Remote(live)

    def stop(_seconds: float) -> None:
        if remote.get("jobs", limit=200)["items"]:
            raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "sleep", stop)
    command = ["sweep", "tiny", "--layers", "motion.conv3_1", "--units", "0-9", "--url", live]
    assert main(command) == 130
    assert "Paused" in capsys.readouterr().err
    assert [job["state"] for job in remote.get("jobs", limit=200)["items"]] == ["canceled"] * 10
    assert remote.get("sweeps")["items"][0]["state"] == "paused"
    monkeypatch.undo()
    monkeypatch.setattr(sweeper, "EVERY_S", 0.02)
    assert served(crew, lambda: main(command)) == 0
    assert computed(crew) == 20


def test_one_that_runs_without_the_command_is_paused_and_canceled(live: str, capsys) -> None:
    command = ["sweep", "tiny", "--layers", "conv1", "--url", live]
    states = []
    for way in ("--detach", "--pause", "--detach", "--cancel"):
        assert main([*command, way]) == 0
        states.append(Remote(live).get("sweeps")["items"][0]["state"])
    assert states == ["running", "paused", "running", "canceled"]


def test_a_unit_that_fails_is_named_and_the_others_go_on(live: str, crew: Crew, capsys) -> None:
    crew.engine.explode = ValueError("no such thing")
    command = ["sweep", "tiny", "--layers", "conv1", "--units", "2", "--url", live]
    assert served(crew, lambda: main(command)) == 1
    assert "conv1 2 slow: " in capsys.readouterr().err
    crew.engine.explode = None
    assert served(crew, lambda: main(command)) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tinny"], "Did you mean tiny"),
        (["tiny", "--layers", "conv1,conv9"], "no layer 'conv9'"),
        (["tiny", "--variants", "still"], "not shown as 'still', but as slow, fast"),
        (["tiny", "--units", "a-b"], "units"),
        (["tiny", "--url", "http://127.0.0.1:9"], "No answer from http://127.0.0.1:9"),
    ],
)
def test_mistakes_are_said_in_a_line(live: str, capsys, arguments: list[str], words: str) -> None:
    assert main(["sweep", *(["--url", live] if "--url" not in arguments else []), *arguments]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
