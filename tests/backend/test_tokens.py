import json
import stat
from pathlib import Path

import pytest

from backend.tokens import OWNER, TokenProblem, Tokens


def test_nobody_at_first(tmp_path: Path) -> None:
    assert Tokens(tmp_path).holders() == []
    assert Tokens(tmp_path).find("") is None


def test_a_token_is_found_and_kept_nowhere(tmp_path: Path) -> None:
    token = Tokens(tmp_path).add("ann", "run")
    again = Tokens(tmp_path)
    holder = again.find(token)
    assert holder is not None
    assert (holder.name, holder.role) == ("ann", "run")
    assert again.find(token + "x") is None
    assert token not in again.file.read_text()
    assert stat.S_IMODE(again.file.stat().st_mode) == 0o600


def test_two_tokens_differ(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    assert len({tokens.add(name, "view") for name in "abc"}) == 3


def test_the_token_of_the_setting_may_do_everything(tmp_path: Path) -> None:
    holder = Tokens(tmp_path, "secret").find("secret")
    assert holder is not None
    assert (holder.name, holder.may("admin")) == (OWNER, True)


def test_roles_include_those_below(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    tokens.add("ann", "run")
    ann = tokens.named("ann")
    assert ann is not None
    assert [ann.may("view"), ann.may("run"), ann.may("admin")] == [True, True, False]


def test_a_running_server_sees_changes_by_others(tmp_path: Path) -> None:
    server, command = Tokens(tmp_path), Tokens(tmp_path)
    token = command.add("ann", "view")
    assert server.find(token)
    command.remove("ann")
    assert server.find(token) is None


@pytest.mark.parametrize("name", ["", "a b", "../x", OWNER, "é", "x" * 61])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(TokenProblem, match="name"):
        Tokens(tmp_path).add(name, "view")


def test_a_name_is_one_holder_and_must_be_known_to_go(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    tokens.add("ann", "view")
    with pytest.raises(TokenProblem, match="already"):
        tokens.add("ann", "run")
    with pytest.raises(TokenProblem, match="There are: ann"):
        tokens.remove("bob")


def test_a_file_that_is_readable_by_others_or_damaged_is_refused(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    tokens.add("ann", "view")
    tokens.file.chmod(0o640)
    with pytest.raises(TokenProblem, match="chmod 600"):
        tokens.holders()
    tokens.file.write_text(json.dumps([{"name": "ann"}]))
    tokens.file.chmod(0o600)
    with pytest.raises(TokenProblem, match="no list of tokens"):
        Tokens(tmp_path).holders()
