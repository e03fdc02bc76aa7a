import json
from pathlib import Path

import pytest

from backend.tokens import Tokens
from cli.__main__ import main


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KINETOSCOPE_DATA", str(tmp_path))
    monkeypatch.delenv("KINETOSCOPE_TOKEN", raising=False)
    return tmp_path


def test_add_list_remove(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "add", "ann", "--role", "view"]) == 0
    token = capsys.readouterr().out.splitlines()[0]
    holder = Tokens(data).find(token)
    assert holder is not None
    assert (holder.name, holder.role) == ("ann", "view")
    assert main(["token", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.split()[:2] == ["ann", "view"]
    assert token not in listed
    assert main(["token", "list", "--json"]) == 0
    (held,) = json.loads(capsys.readouterr().out)
    assert (held["name"], held["role"], set(held)) == ("ann", "view", {"name", "role", "created"})
    assert main(["token", "remove", "ann"]) == 0
    assert Tokens(data).find(token) is None


def test_what_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "remove", "bob"]) == 1
    assert "bob" in capsys.readouterr().err
