"""Downloads from a server of our own that fails in every way that servers do."""

import hashlib
import os
import threading
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contract.errors import ModelProblem
from worker.models import download

CONTENT = bytes(range(256)) * 4000
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """content: what it gives. cut: bytes after which a connection breaks, once per entry. requests: Range headers."""

    content, status, etag = CONTENT, 200, '"one"'

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.cut, self.requests = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/net-{CHECKSUM[:8]}.pth"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.requests.append(self.headers.get("Range"))
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        content, start = self.server.content, 0
        if self.headers.get("Range") and self.headers.get("If-Range") == self.server.etag:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("ETag", self.server.etag)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        cut = self.server.cut.pop(0) if self.server.cut else None
        self.wfile.write(content[start:cut])


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.shutdown()


@pytest.fixture
def fetch(server, tmp_path):
    def get(**options):
        return download.fetch(server.url, tmp_path / "net.pth", **{"checksum": CHECKSUM[:8], "pause": 0, **options})

    return get


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_with_progress(fetch, tmp_path):
    told = []
    assert fetch(progress=lambda done, total: told.append((done, total))) == CHECKSUM
    assert (tmp_path / "net.pth").read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert left(tmp_path) == ["net.pth"]


def test_a_broken_connection_is_taken_up_where_it_ended(fetch, server, tmp_path):
    server.cut = [300_000]
    fetch()
    assert server.requests == [None, "bytes=300000-"]
    assert (tmp_path / "net.pth").read_bytes() == CONTENT


def test_after_many_breaks_the_user_goes_on_later(fetch, server, tmp_path):
    server.cut = [100_000, 200_000, 300_000]
    with pytest.raises(ModelProblem, match=r"interrupted after 300,000 bytes.*goes on from there"):
        fetch()
    assert not (tmp_path / "net.pth").exists()
    fetch()
    assert server.requests[-1] == "bytes=300000-"
    assert left(tmp_path) == ["net.pth"]


def test_a_file_that_has_changed_meanwhile_starts_anew(fetch, server, tmp_path):
    server.cut = [1000, 1000, 1000]
    with pytest.raises(ModelProblem):
        fetch()
    server.etag = '"two"'
    fetch()
    assert (tmp_path / "net.pth").read_bytes() == CONTENT


def test_another_file_than_expected_is_not_kept(fetch, server, tmp_path):
    server.content = b"<html>please log in</html>"
    with pytest.raises(ModelProblem, match=f"not {CHECKSUM[:8]}.*Nothing was kept"):
        fetch()
    assert left(tmp_path) == []
    assert fetch(checksum="") == hashlib.sha256(server.content).hexdigest(), "unknown checksums are recorded"


@pytest.mark.parametrize("status", [404, 403, 500])
def test_refusals_are_passed_on(fetch, server, tmp_path, status):
    server.status = status
    with pytest.raises(ModelProblem, match=f"answers {status}"):
        fetch()
    assert left(tmp_path) == []


def test_nobody_there(tmp_path):
    with pytest.raises(ModelProblem, match="cannot be reached"):
        download.fetch("http://127.0.0.1:9/net.pth", tmp_path / "net.pth", checksum="", pause=0)
    with pytest.raises(ModelProblem, match="no web address"):
        download.fetch("file:///etc/hostname", tmp_path / "net.pth", checksum="")
    assert left(tmp_path) == []


def test_no_room_is_seen_before_the_first_byte(fetch, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 9, 1000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelProblem, match="1 MB are needed"):
        fetch()
    assert left(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_disk_that_fills_up_leaves_nothing_behind(fetch, tmp_path):
    (tmp_path / "net.pth.part").symlink_to("/dev/full")
    with pytest.raises(ModelProblem, match="is full; nothing was kept"):
        fetch()
    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_written_to(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelProblem, match="cannot be written to"):
        download.fetch(server.url, tmp_path / "file" / "net.pth", checksum="", pause=0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(server, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ModelProblem, match="Permission denied"):
        download.fetch(server.url, tmp_path / "net.pth", checksum="", pause=0)
