import re
import threading

from fastapi import FastAPI
from fastapi.testclient import TestClient

from backend.desk import API


def paths(app: FastAPI) -> dict:
    return app.openapi()["paths"]


def test_every_resource_is_under_the_prefix_and_the_service_is_not(app: FastAPI) -> None:
    outside = {path for path in paths(app) if not path.startswith(API)}
    assert outside == {"/healthz", "/readyz", "/metrics", "/version"}


def test_every_get_of_the_api_refuses_unknown_queries(app: FastAPI, client: TestClient) -> None:
    for path, methods in paths(app).items():
        if path.startswith(API) and "get" in methods and not path.endswith("/events"):
            somewhere = re.sub(r"{(unit|number|first|second)}", "0", path)
            answer = client.get(re.sub(r"{\w+}", "x", somewhere), params={"nonsense": 1})
            assert answer.status_code == 422, path
            assert "nonsense" in answer.text


def test_its_threads_live_as_long_as_it_does(app: FastAPI) -> None:
    def names() -> set[str]:
        return {thread.name for thread in threading.enumerate()} & {"filer", "broadcast"}

    with TestClient(app, base_url="http://localhost"):
        assert names() == {"filer", "broadcast"}
    assert names() == set()
