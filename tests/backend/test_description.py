from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from backend.description import PROBLEM


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def test_every_error_is_described_as_a_problem_and_in_no_other_way(app: FastAPI) -> None:
    schema = app.openapi()
    for operation in operations(schema):
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
        assert "422" not in operation["responses"]
    assert "HTTPValidationError" not in str(schema)
    assert app.openapi() is schema


def test_answers_are_what_the_description_says(client: TestClient) -> None:
    wrong = client.get("/api/v1/jobs", params={"limit": "x"}).json()
    unknown = client.get("/api/v1/models/tinny").json()
    for answer in (wrong, unknown):
        assert set(PROBLEM["required"]) <= set(answer) <= set(PROBLEM["properties"])
    assert set(wrong["errors"][0]) == {"pointer", "detail"}
    assert unknown["did_you_mean"] == ["tiny"]
