"""Against real servers: one with a password, one behind TLS, one that says nothing, one that is not there."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli import valkey
from contract.connection import connect
from contract.reach import Unreachable, check
from tests.conftest import wait_for

PASSWORD = "open-sesame"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with a password, on TCP."""
    port = free_port()
    folder = tmp_path_factory.mktemp("guarded")
    command = [valkey.binary(), "--port", str(port), "--requirepass", PASSWORD, "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([*command, "--logfile", str(folder / "log")])
    wait_for(lambda: answers(port))
    yield port
    process.kill()
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Something that takes connections, each in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def loop() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(client,), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def pipe(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of this host's own making, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    alternative = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *alternative], check=True, capture_output=True)
    return certificate


@pytest.fixture
def encrypted(port: int, certificate: Path) -> Iterator[int]:
    """The server with a password, behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def serve(client: socket.socket) -> None:
        try:
            with (
                context.wrap_socket(client, server_side=True) as inside,
                socket.create_connection(("127.0.0.1", port)) as server,
            ):
                threading.Thread(target=pipe, args=(server, inside), daemon=True).start()
                pipe(inside, server)
        except OSError:  # a client that does not trust us, or speaks no TLS
            client.close()

    with listener(serve) as found:
        yield found


def said(url: str, *, patience: float = 0.0) -> str:
    with pytest.raises(Unreachable) as error:
        check("REDIS_URL", url, patience=patience)
    assert PASSWORD not in error.value.detail
    assert "wrong-word" not in error.value.detail
    assert error.value.detail.startswith("REDIS_URL")
    return error.value.detail


def test_a_server_that_lets_one_in_is_no_problem(port: int) -> None:
    check("REDIS_URL", f"redis://:{PASSWORD}@127.0.0.1:{port}/0")


def test_a_password_that_is_wrong_or_missing(port: int) -> None:
    assert f"127.0.0.1:{port} does not take this password" in said(f"redis://:wrong-word@127.0.0.1:{port}/0")
    assert "asks for a password" in said(f"redis://127.0.0.1:{port}/0")


def test_a_server_behind_tls(encrypted: int, certificate: Path) -> None:
    address = f"rediss://:{PASSWORD}@127.0.0.1:{encrypted}/0"
    check("REDIS_URL", f"{address}?ssl_ca_certs={certificate}")
    with connect(f"{address}?ssl_ca_certs={certificate}") as server:
        server.set("over", "tls")
        assert server.get("over") == b"tls"
    assert "not trusted here" in said(address)
    assert "rediss://" in said(f"redis://:{PASSWORD}@127.0.0.1:{encrypted}/0")


def test_tls_where_there_is_none(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract.reach.WITHIN_S", 0.5)
    assert "does not speak TLS" in said(f"rediss://:{PASSWORD}@127.0.0.1:{port}/0")


def test_nobody_listens_and_a_name_that_is_not_known() -> None:
    assert "nothing listens there" in said(f"redis://127.0.0.1:{free_port()}/0")
    assert "not known here" in said("redis://no-such-host.invalid:6379/0")


def test_one_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract.reach.WITHIN_S", 0.1)
    with listener(lambda client: threading.Event().wait(30) and client.close()) as silent:
        assert "does not answer within" in said(f"redis://127.0.0.1:{silent}/0")


def test_what_is_no_address() -> None:
    assert "is no address such as" in said("http://127.0.0.1:6379")
    assert "no such" in said("unix:///no/such/socket").lower()


def test_a_server_that_is_being_started_is_waited_for(port: int) -> None:
    late = free_port()
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            start(late)

    started: list[subprocess.Popen[bytes]] = []

    def start(port: int) -> None:
        started.append(subprocess.Popen([valkey.binary(), "--port", str(port), "--save", "", "--loglevel", "warning"]))
        wait_for(lambda: answers(port))

    try:
        check("REDIS_URL", f"redis://127.0.0.1:{late}/0", sleep=sleep)
        assert len(naps) == 3
    finally:
        for process in started:
            process.kill()
            process.wait()
