import pytest
from fastapi.testclient import TestClient

UNIT_AT_A_FRAME = "/models/tiny/layers/motion.conv3_1/units/4?frame=7&seed=1"
PAGE = "<!doctype html><title>Kinetoscope</title>"


@pytest.mark.parametrize(
    "path", ["/", "/models/tiny", "/models/tiny/layers/motion.conv3_1/units/4", UNIT_AT_A_FRAME, "/jobs", "/about"]
)
def test_every_place_is_the_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"].startswith("text/html")


def test_scripts_are_served_as_scripts(client: TestClient) -> None:
    answer = client.get("/js/main.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get("/js/main.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/js/none.js", "/favicon.ico", "/.secret", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/js/../../x.txt"]
)
def test_nothing_else_is_given_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/js/main.js", "/api/v1/models", "/api/v1/none", "/healthz"])
def test_the_policy_is_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_no_documentation_page_loads_scripts_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").text == PAGE
    assert client.get("/openapi.json").json()["info"]["title"] == "Kinetoscope"
