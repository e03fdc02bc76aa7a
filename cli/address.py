"""Where the server listens, and whether that is safe."""

from __future__ import annotations

import argparse
import ipaddress
import socket
from collections.abc import Collection

from contract.errors import KinetoscopeError


class UnsafeAddress(KinetoscopeError):
    """Listening there would let anybody in."""

    title = "Unsafe address"


class PortTaken(KinetoscopeError):
    """Something listens there already."""

    title = "Port taken"


def add_address(parser: argparse.ArgumentParser) -> None:
    """Options --host, --port, --insecure."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--insecure", action="store_true", help="listen on a network address without a token")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_address(host: str, port: int, *, guarded: bool, insecure: bool, hosts: Collection[str] = ()) -> None:
    """Raise UnsafeAddress or PortTaken.

    guarded: tokens are asked for. hosts: names besides this machine's that the server answers to.
    """
    if not (is_loopback(host) and not hosts) and not guarded and not insecure:
        where = f"{host} can be reached" if not is_loopback(host) else f"{', '.join(hosts)} may be reached"
        raise UnsafeAddress(
            f"{where} from other machines. Make a token for each visitor (./kinetoscope token add NAME), or set "
            "KINETOSCOPE_TOKEN to a secret that all must know, or add --insecure if everybody on the network may "
            "come in."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"Cannot listen on {host}:{port}: {error.strerror}. Try --port {port + 1}.") from error
