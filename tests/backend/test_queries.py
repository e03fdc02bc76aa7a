from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient

from backend.queries import asked, only_known
from contract.analysis import AnalysisRequest


def inner(seed: int = 0) -> int:
    return seed


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(dependencies=[Depends(only_known)])

    @app.get("/{place}")
    def place(place: str, limit: Annotated[int, Query(alias="most")] = 3, seed: int = Depends(inner)) -> list[int]:
        return [limit, seed]

    @app.get("/bare/place")
    def bare() -> None:
        """Takes no queries."""

    return TestClient(app)


def test_known_queries_pass_those_of_dependencies_too(client: TestClient) -> None:
    assert client.get("/here", params={"most": 7, "seed": 2}).json() == [7, 2]


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/here", {"sed": 1}, "Did you mean 'seed'?"),
        ("/here", {"limit": 1}, "Known: most, seed."),
        ("/here", {"place": "x"}, "Known: most, seed."),
        ("/bare/place", {"q": 1}, "Known: none."),
    ],
)
def test_an_unknown_query_is_an_error_that_helps(client: TestClient, path: str, query: dict, words: str) -> None:
    answer = client.get(path, params=query)
    assert answer.status_code == 422
    assert words in answer.json()["detail"][0]["msg"]


def test_what_is_wrong_with_a_request_in_an_address_is_said_of_the_query() -> None:
    assert asked(AnalysisRequest, what="optima", units=3).units == 3
    with pytest.raises(RequestValidationError) as told:
        asked(AnalysisRequest, what="optima", units=99)
    assert told.value.errors()[0]["loc"] == ("query", "units")
