import socket

import pytest

from cli.address import PortTaken, UnsafeAddress, check_address, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_addresses_of_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "lab.example"])
def test_a_network_address_needs_a_token_or_a_word(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(UnsafeAddress, match="KINETOSCOPE_TOKEN"):
        check_address(host, 0, guarded=False, insecure=False)


def test_with_token_or_word_it_is_allowed() -> None:
    check_address("0.0.0.0", 0, guarded=True, insecure=False)
    check_address("0.0.0.0", 0, guarded=False, insecure=True)


def test_a_name_that_a_proxy_gives_this_machine_needs_a_token_too() -> None:
    with pytest.raises(UnsafeAddress, match=r"lab\.example"):
        check_address("127.0.0.1", 0, guarded=False, insecure=False, hosts=["lab.example"])
    check_address("127.0.0.1", 0, guarded=True, insecure=False, hosts=["lab.example"])


def test_a_taken_port_is_said_with_another_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"--port {port + 1}"):
            check_address("127.0.0.1", port, guarded=False, insecure=False)
