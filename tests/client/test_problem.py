import httpx
import pytest
from kinetoscope.problem import Problem, checked, unreachable


def test_a_problem_is_told_in_the_servers_words() -> None:
    told = {"title": "Unknown model", "status": 404, "detail": "Did you mean demo?", "allowed": ["demo"],
            "did_you_mean": "demo"}  # fmt: skip
    with pytest.raises(Problem, match=r"Unknown model: Did you mean demo\?") as caught:
        checked(httpx.Response(404, json=told))
    assert (caught.value.status, caught.value.allowed, caught.value.did_you_mean) == (404, ["demo"], "demo")


@pytest.mark.parametrize("body", [b"<html>Bad gateway", b'["x"]', b""])
def test_what_is_no_problem_document_is_told_as_it_is(body: bytes) -> None:
    with pytest.raises(Problem, match="HTTP 502") as caught:
        checked(httpx.Response(502, content=body))
    assert caught.value.errors == []


def test_an_answer_passes() -> None:
    answer = httpx.Response(202)
    assert checked(answer) is answer


def test_a_server_that_is_not_there_is_named() -> None:
    problem = unreachable("http://lab:8000", httpx.ConnectError(""))
    assert problem.status == 0
    assert "http://lab:8000" in str(problem)
    assert "ConnectError" in str(problem)
