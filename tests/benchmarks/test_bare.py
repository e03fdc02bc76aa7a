import urllib.request

from benchmarks import bare
from tests.conftest import alive


def test_every_request_is_answered_with_as_many_bytes() -> None:
    with bare.serving(5000) as (address, pid):
        for path in ("", "anything"):
            with urllib.request.urlopen(address + path, timeout=30) as answer:
                assert len(answer.read()) == 5000
        assert alive(pid)
    assert not alive(pid)
