from __future__ import annotations

from fastapi.testclient import TestClient

URL = "/api/v1/notes"


def test_notes_are_written_listed_and_forgotten(client: TestClient) -> None:
    said = {"favourite": True, "tags": ["hands"], "text": "moves left"}
    answer = client.put(f"{URL}/tiny/conv1/3", json=said)
    assert answer.status_code == 200
    assert answer.json() == {"model": "tiny", "layer": "conv1", "unit": 3, **said}
    assert client.get(URL).json()["items"] == [answer.json()]
    assert client.get(f"{URL}?model=other").json()["items"] == []
    client.put(f"{URL}/tiny/conv1/3", json={})
    assert client.get(URL).json()["total"] == 0


def test_only_units_that_there_are(client: TestClient) -> None:
    assert client.put(f"{URL}/tiny/conv1/99", json={"text": "x"}).status_code == 404
    assert client.put(f"{URL}/tiny/conv2/1", json={"text": "x"}).json()["did_you_mean"] == ["conv1"]
    assert client.put(f"{URL}/tiny/conv1/1", json={"stars": 5}).status_code == 422
    assert client.put(f"{URL}/tiny/conv1/1", json={"tags": ["a,b"]}).status_code == 422
