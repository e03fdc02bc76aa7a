import hashlib
import json
from pathlib import Path

import pytest

from backend.atlas.manifest import Manifest
from backend.atlas.site import Site


def test_files_are_listed_as_they_are_written(tmp_path: Path):
    site = Site(tmp_path)
    site.put("a/b.txt", b"hello")
    site.put_json("c.json", {"ä": [1, None]})
    sealed = site.seal(Manifest(version="1", engine="3", data=False, models=()))
    assert (tmp_path / "a/b.txt").read_bytes() == b"hello"
    assert json.loads((tmp_path / "c.json").read_text()) == {"ä": [1, None]}
    assert list(sealed.files) == ["a/b.txt", "c.json"]
    assert sealed.files["a/b.txt"].sha256 == hashlib.sha256(b"hello").hexdigest()
    assert Manifest.model_validate_json((tmp_path / "manifest.json").read_text()) == sealed


def test_nothing_is_written_twice(tmp_path: Path):
    site = Site(tmp_path)
    site.put("a", b"1")
    with pytest.raises(ValueError, match="twice"):
        site.put("a", b"2")
