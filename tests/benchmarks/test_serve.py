import socket
import sys
import threading

import pytest

from benchmarks import serve
from benchmarks.report import Report


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_every_figure_is_taken_and_a_unit_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in (("SECONDS", 0.2), ("STREAMS", 5), ("CROWD", 8), ("PICTURE", 5000)):
        monkeypatch.setattr(serve, name, small)
    report = Report("0")
    serve.measure(report)
    found = {line.name: line.value for line in report.results}
    assert {
        "picture_rps",
        "picture_p99_ms",
        "bare_rps",
        "unchanged_rps",
        "list_rps",
        "streams_mb",
        "event_to_all_s",
    } <= set(found)
    assert (found["same_unit_computed"], found["different_units"], found["wrong_answers"]) == (1, 8, 0)


def test_a_stream_is_read_until_the_text_has_come_though_it_comes_in_parts() -> None:
    here, there = socket.socketpair()
    threading.Thread(target=lambda: [there.sendall(part) for part in (b"x" * 5000, b"hel", b"lo")]).start()
    serve._read_until(here, b"hello")
    there.close()
    with pytest.raises(ConnectionError):
        serve._read_until(here, b"more")
    here.close()
