import pytest
from pydantic import ValidationError

from backend.atlas.manifest import Manifest

PLAIN = {"version": "1", "engine": "3", "data": False, "models": []}


def test_it_reads_what_it_writes():
    files = {"a.json": {"sha256": "ab" * 32, "bytes": 3}}
    manifest = Manifest.model_validate({**PLAIN, "files": files})
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest


@pytest.mark.parametrize(
    "wrong",
    [
        {"product": "Something else"},
        {"files": {"a": {"sha256": "no", "bytes": 1}}},
        {"files": {"a": {"sha256": "ab" * 32, "bytes": -1}}},
        {"surprise": 1},
    ],
)
def test_it_refuses_what_it_does_not_know(wrong: dict):
    with pytest.raises(ValidationError):
        Manifest.model_validate({**PLAIN, **wrong})
