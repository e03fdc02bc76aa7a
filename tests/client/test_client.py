"""The plain client before a real server whose worker counts instead of computing."""

from __future__ import annotations

import time

import httpx
import pytest
from kinetoscope import Client, Clip, Problem
from kinetoscope.following import Following

from tests.backend.conftest import Crew
from tests.client.conftest import served

GONE = Clip(id="0" * 32, url="", name="", state="ready", expires=0)


def test_what_there_is(client: Client) -> None:
    (summary,) = client.models()
    model = client.model("tiny")
    assert (summary.name, summary.layers) == ("tiny", ())
    assert [layer.path for layer in model.layers] == ["conv1", "motion.conv3_1", "classes"]
    assert model.classes == ("cello", "violin", "drums")
    assert client.layers("tiny")[0] == model.layers[0]
    assert model.layers[0].streams == ("appearance", "motion")
    assert [unit.dead for unit in client.units("tiny", "conv1")].index(True) == 5
    assert client.unit("tiny", "classes", 1).label == "violin"


def test_units_come_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinetoscope.client.PAGE", 10)
    assert [unit.unit for unit in client.units("tiny", "motion.conv3_1")] == list(range(64))
    assert [unit.unit for unit in client.units("tiny", "conv1", which="dead")] == [5]


def test_a_unit_is_visualized_with_its_progress_and_its_pictures(client: Client, crew: Crew, tmp_path) -> None:
    told = []
    crew.engine.pause = 0.1
    runs = served(crew, lambda: client.visualize("tiny", units="violin", tell=lambda _, how: told.append(how)))
    assert [(run.state, run.variant) for run in runs] == [("finished", "slow"), ("finished", "fast")]
    assert {run.raw["spec"]["unit"] for run in runs} == {1}
    assert told
    assert all(0 <= progress.step <= progress.steps for progress in told)
    again = client.visualize("tiny", units=["violin"])
    assert [run.id for run in again] == [run.id for run in runs], "no worker is needed for what is there"


def test_a_failure_says_why(client: Client, crew: Crew) -> None:
    crew.engine.explode = ValueError("no such thing")
    (run,) = served(crew, lambda: client.visualize("tiny", "conv1", 2, variants=["slow"]))
    assert run.state == "failed"
    assert "no such thing" in (run.error or "")


def test_a_job_is_canceled(client: Client) -> None:
    (run,) = client.visualize("tiny", "conv1", 3, variants=["slow"], wait=False)
    assert run.state == "queued"
    assert client.cancel(run).state == "canceled"
    assert client.wait([client.cancel(run)])[0].state == "canceled", "what has ended is not waited for"


@pytest.mark.parametrize(
    ("ask", "status", "words"),
    [
        (lambda client: client.model("tinny"), 404, "tiny"),
        (lambda client: client.unit("tiny", "conv2", 0), 404, "conv1"),
        (lambda client: client.visualize("tiny", "conv1", 8), 404, "0 to 7"),
        (lambda client: client.visualize("tiny", "conv1", 0, steps=-1), 422, ""),
        (lambda client: client.get("/nowhere"), 404, ""),
        (lambda client: client.delete(GONE), 404, ""),
    ],
)
def test_mistakes_are_problems_in_the_servers_words(client: Client, ask, status: int, words: str) -> None:
    with pytest.raises(Problem) as caught:
        ask(client)
    assert caught.value.status == status
    assert words in str(caught.value)


def test_a_class_that_is_not_there_is_said_before_anything_is_sent(client: Client) -> None:
    with pytest.raises(ValueError, match="no class 'viola'"):
        client.visualize("tiny", units="viola")


def test_no_server_is_said_in_words() -> None:
    started = time.monotonic()
    with Client("http://127.0.0.1:9") as nobody, pytest.raises(Problem, match=r"No answer from http://127.0.0.1:9"):
        nobody.models()
    assert time.monotonic() - started < 20


def test_a_lost_stream_is_taken_up_again(client: Client, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, hear = [], Following.hear

    def lose(self, line: str) -> None:
        heard.append(line)
        if len(heard) == 1:
            raise httpx.ReadError("lost")
        hear(self, line)

    monkeypatch.setattr(Following, "hear", lose)
    monkeypatch.setattr("kinetoscope.client.AGAIN_S", 0.0)
    (run,) = client.visualize("tiny", "conv1", 1, variants=["fast"], wait=False)
    (done,) = served(crew, lambda: client.wait([run]))
    assert done.state == "finished"
    assert len(heard) > 1
