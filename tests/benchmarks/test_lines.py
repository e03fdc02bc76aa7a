"""Ways between hosts that can be cut."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading

import pytest

from benchmarks.lines import Relayed, Straight, inside_namespace, why_no_namespaces

HERE = ("127.0.0.1", 0)


def echo(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=lambda client: client.sendall(client.recv(100)), args=(client,), daemon=True).start()


def said(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"hello")
        return client.recv(100)


def test_a_relay_passes_on_until_it_is_cut_and_again_when_it_is_mended() -> None:
    with socket.create_server(HERE) as server:
        threading.Thread(target=echo, args=(server,), daemon=True).start()
        line = Relayed()
        port = line.port(server.getsockname()[1])
        assert port == line.port(server.getsockname()[1]) != server.getsockname()[1]
        assert said(port) == b"hello"
        open_one = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.cut()
        with contextlib.suppress(ConnectionError):
            assert said(port) == b""
        line.mend()
        assert said(port) == b"hello"
        open_one.close()
        server.shutdown(socket.SHUT_RDWR)


def test_the_servers_own_host_is_reached_as_it_is() -> None:
    assert Straight().command(["a", "b"]) == ["a", "b"]
    assert Straight().port(7) == 7


def test_a_namespace_reaches_the_bridge_until_its_interface_is_down() -> None:
    why = why_no_namespaces()
    if why:
        pytest.skip(why)
    code = """
import socket, subprocess, sys
from benchmarks.lines import BRIDGE, Namespace, bridge
bridge()
line = Namespace(1)
server = socket.create_server((BRIDGE, 0))
there = f"import socket; socket.create_connection(('{BRIDGE}', {server.getsockname()[1]}), timeout=1)"
def reaches():
    return subprocess.run(line.command([sys.executable, "-c", there]), stderr=subprocess.DEVNULL).returncode == 0
first = reaches()
line.cut()
second = reaches()
line.mend()
print(first, second, any(reaches() for _ in range(20)))
"""
    done = subprocess.run(inside_namespace([sys.executable, "-c", code]), capture_output=True, text=True)
    assert done.stdout.strip() == "True False True", done.stderr
