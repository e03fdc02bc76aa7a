import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import first_run
from benchmarks.first_run import Failed, Product


class Page(BaseHTTPRequestHandler):
    """A product of one finished visualization."""

    state = "finished"

    def do_GET(self):
        view = {"state": Page.state, "media": "/media/", "result": {"streams": [{"strip": "motion.webp"}]}}
        answers = {
            "/api/v1/workers": {"items": [{"models": ["demo"]}]},
            "/api/v1/visualizations/a": view,
            "/media/motion.webp": {},
            "/api/v1/models/demo/coverage": {"layers": {"fc6": {"slow": 0}, "classes": {"slow": 1}}},
            "/api/v1/models/demo/layers/conv5_fusion/units/3?seed=1": {"variants": {"slow": {"id": "a"}}},
        }
        self.send_response(200 if self.path in answers else 404)
        self.end_headers()
        self.wfile.write(json.dumps(answers.get(self.path)).encode())

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def product():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Page.state = "finished"
    yield Product(f"http://127.0.0.1:{server.server_address[1]}", 0.0)
    server.shutdown()
    server.server_close()


def test_events_are_read_as_they_come():
    stream = io.BytesIO(b': ping\n\nevent: preview\nid: 1-0\ndata: {"id": "a"}\n\nevent: finished\ndata: {}\n\n')
    assert list(first_run._events(stream)) == [("preview", {"id": "a"}), ("finished", {})]


def test_a_page_that_is_not_there_does_not_answer(product):
    assert product.answers("/api/v1/workers")
    assert product.has_worker()
    assert product.has_picture()
    assert not product.answers("/nowhere")
    assert not Product(f"http://127.0.0.1:{first_run._free_port()}", 0.0).answers("/")


def test_a_computed_unit_is_timed_with_its_pictures_and_must_be_finished(product):
    assert 0 < first_run._computed(product) < 5000
    Page.state = "running"
    with pytest.raises(Failed, match="a is running"):
        first_run._computed(product)


def test_waiting_ends():
    with pytest.raises(Failed, match="nothing happened"):
        first_run.until(lambda: False, seconds=0.05)
