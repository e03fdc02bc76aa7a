from __future__ import annotations

import gzip

import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.testclient import TestClient

from backend.compress import WORTH_IT, Compress
from backend.conditional import ConditionalJson

LONG = "a" * (2 * WORTH_IT)


def ask(response: Response, **headers: str):
    client = TestClient(Compress(ConditionalJson(response)))
    return client.get("/", headers={"accept-encoding": "gzip", **headers})


def test_text_is_packed_and_reads_the_same():
    answer = ask(Response(LONG, media_type="text/javascript", headers={"ETag": '"1"'}))
    assert answer.text == LONG
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(LONG)
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["vary"] == "Accept-Encoding"


def test_json_that_is_known_is_not_sent_again():
    etag = ask(JSONResponse(LONG)).headers["etag"]
    again = ask(JSONResponse(LONG), **{"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("kind", ["image/webp", "text/event-stream", "application/octet-stream"])
def test_pictures_and_streams_are_left(kind):
    assert "content-encoding" not in ask(Response(LONG, media_type=kind)).headers


def test_short_and_packed_ones_are_left():
    assert "content-encoding" not in ask(Response("short", media_type="text/html")).headers
    packed = gzip.compress(LONG.encode())
    assert ask(Response(packed, media_type="text/html", headers={"Content-Encoding": "gzip"})).text == LONG


def test_what_comes_in_parts_goes_in_parts():
    answer = ask(StreamingResponse(iter([LONG, LONG]), media_type="text/html"))
    assert answer.text == LONG * 2
    assert "content-encoding" not in answer.headers


def test_a_client_that_does_not_take_it_gets_it_plain():
    answer = ask(Response(LONG, media_type="text/html"), **{"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
