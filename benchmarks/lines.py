"""How a simulated host reaches the server's: through a network namespace of its own, or through relays. Can be cut."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Protocol

BRIDGE = "10.77.0.1"
LOOPBACK = "127.0.0.1"


class Line(Protocol):
    """The way from a host to the server's."""

    address: str

    def command(self, command: Sequence[str]) -> list[str]:
        """The command, run on the host."""
        ...

    def port(self, port: int) -> int:
        """Where the host finds a port of the server's."""
        ...

    def cut(self) -> None:
        """From now on nothing gets through."""
        ...

    def mend(self) -> None:
        """From now on everything does."""
        ...


class Straight:
    """No host of its own: the server's."""

    address = LOOPBACK

    def command(self, command: Sequence[str]) -> list[str]:
        """The command itself."""
        return list(command)

    def port(self, port: int) -> int:
        """The port itself."""
        return port

    def cut(self) -> None:
        """It cannot be."""
        raise NotImplementedError

    def mend(self) -> None:
        """It is whole."""


class Relayed(Straight):
    """Every port is reached through a relay, which drops its connections and takes no more when it is cut."""

    def __init__(self) -> None:
        self._relays: dict[int, Relay] = {}

    def port(self, port: int) -> int:
        """The relay's."""
        if port not in self._relays:
            self._relays[port] = Relay(port)
        return self._relays[port].port

    def cut(self) -> None:
        """Drop all connections."""
        for relay in self._relays.values():
            relay.open = False
            relay.drop()

    def mend(self) -> None:
        """Take connections again."""
        for relay in self._relays.values():
            relay.open = True


class Relay:
    """Passes on to a port of this machine what comes to its own."""

    def __init__(self, target: int) -> None:
        self._target, self.open = target, True
        self._ends: list[socket.socket] = []
        self._server = socket.create_server((LOOPBACK, 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def drop(self) -> None:
        """End what is connected."""
        while self._ends:
            with contextlib.suppress(OSError):
                self._ends.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            near, _ = self._server.accept()
            if not self.open:
                near.close()
                continue
            far = socket.create_connection((LOOPBACK, self._target))
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Namespace:
    """A network namespace with one interface on the bridge. Needs the rights that `inside_namespace` gives."""

    address = BRIDGE

    def __init__(self, number: int) -> None:
        self._name, self._outer = f"host{number}", f"line{number}"
        _ip("netns", "add", self._name)
        _ip("link", "add", self._outer, "type", "veth", "peer", "name", "eth0", "netns", self._name)
        _ip("link", "set", self._outer, "master", "lab", "up")
        _ip("-n", self._name, "addr", "add", f"10.77.0.{number + 1}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            _ip("-n", self._name, "link", "set", device, "up")

    def command(self, command: Sequence[str]) -> list[str]:
        """The command inside the namespace."""
        return ["ip", "netns", "exec", self._name, *command]

    def port(self, port: int) -> int:
        """The same: another address is all the difference."""
        return port

    def cut(self) -> None:
        """Take the interface down: packets vanish, as with a pulled cable."""
        _ip("link", "set", self._outer, "down")

    def mend(self) -> None:
        """Bring it up again."""
        _ip("link", "set", self._outer, "up")


def bridge() -> None:
    """Prepare the namespace of the server's host, in which this process is."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    _ip("link", "set", "lo", "up")
    _ip("link", "add", "lab", "type", "bridge")
    _ip("addr", "add", f"{BRIDGE}/24", "dev", "lab")
    _ip("link", "set", "lab", "up")


def inside_namespace(command: Sequence[str]) -> list[str]:
    """The command in user, network and mount namespaces of its own."""
    return ["unshare", "--map-root-user", "--net", "--mount", *command]


def why_no_namespaces() -> str:
    """Why hosts cannot be namespaces here; empty where they can."""
    if sys.platform != "linux" or not (shutil.which("unshare") and shutil.which("ip")):
        return "network namespaces need Linux, `unshare` and `ip`"
    trial = "mount -t tmpfs none /run && ip link add lab type bridge && ip netns add trial"
    done = subprocess.run(inside_namespace(["sh", "-c", trial]), capture_output=True, text=True, env=os.environ)
    return "" if done.returncode == 0 else f"network namespaces are not permitted here: {done.stderr.strip()}"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
