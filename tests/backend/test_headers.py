import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/js/main.js", 200), ("/api/v1/models", 200), ("/api/v1/nothing", 404), ("/healthz", 200)],
)
def test_every_answer_is_protected(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_refusals_are_protected_too(client: TestClient) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (421, "nosniff")
