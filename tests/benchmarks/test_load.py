import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import load
from benchmarks.load import Load

SIZE = 300_000
LOCK = threading.Lock()


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self) -> None:
        with LOCK:
            Page.asked += 1
        unchanged = self.headers.get("If-None-Match") == '"a"'
        self.send_response(304 if unchanged else 200)
        if not unchanged:
            self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        if not unchanged:
            self.wfile.write(bytes(SIZE))

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Page.asked = 0
    yield f"http://127.0.0.1:{server.server_address[1]}/picture"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("headers", "status"), [("", 200), ('If-None-Match: "a"\r\n', 304)])
def test_whole_answers_are_counted(url: str, headers: str, status: int) -> None:
    found = load.run(url, connections=3, seconds=0.3, status=status, headers=headers)
    assert found.failed == 0
    assert 0 < len(found.waits) <= Page.asked <= len(found.waits) + 3
    assert all(0 < wait <= found.seconds for wait in found.waits)


def test_another_status_is_a_failure(url: str) -> None:
    found = load.run(url, connections=1, seconds=0.2, status=206)
    assert found.failed == len(found.waits) > 0


def test_loads_are_put_together() -> None:
    found = load.together([Load(1.0, [0.1, 0.2], 1), Load(3.0, [0.3], 0)])
    assert (found.rate, found.failed, found.percentile(0.99)) == (0.75, 1, pytest.approx(300))
    assert load.together([Load(1.0, [1], 0, 0.5), Load(1.0, [1], 0, 0.1)]).processor_us == pytest.approx(300_000)


def test_processor_time_is_that_of_the_process() -> None:
    assert load.processor(None) == 0
    assert load.processor(os.getpid()) == pytest.approx(time.process_time(), abs=0.5)


def test_rates_and_percentiles() -> None:
    found = Load(seconds=2.0, waits=[0.001 * n for n in range(1, 101)])
    assert found.rate == 50
    assert found.percentile(0.99) == pytest.approx(100)
    assert found.percentile(0.5) == pytest.approx(51)
