from pathlib import Path

import pytest

from contract.errors import SettingProblem
from contract.settings import SETTINGS, Settings, read


def test_defaults_need_no_environment() -> None:
    settings = read({})
    assert settings.redis_url == ""
    assert settings.data.name == "kinetoscope"
    assert settings.frontend.name == "frontend"


def test_the_cache_is_on_the_queues_server_unless_it_is_named() -> None:
    assert read({"REDIS_URL": "redis://a"}).cache_url == "redis://a"
    assert read({"REDIS_URL": "redis://a", "CACHE_URL": "redis://b"}).cache_url == "redis://b"


def test_the_data_folder_follows_the_users_setting() -> None:
    assert read({"XDG_DATA_HOME": "/x"}).data == Path("/x/kinetoscope")
    assert read({"XDG_DATA_HOME": "/x", "KINETOSCOPE_DATA": "/y"}).data == Path("/y")


def test_every_setting_has_a_line_of_help_and_a_place() -> None:
    assert set(SETTINGS) <= set(Settings.__dataclass_fields__)
    assert all(setting.help.endswith(".") for setting in SETTINGS.values())


def test_a_switch_is_0_or_1() -> None:
    assert read({}).first_look is True
    assert read({"KINETOSCOPE_FIRST_LOOK": "0"}).first_look is False
    with pytest.raises(SettingProblem, match=r"KINETOSCOPE_FIRST_LOOK: 'off' is neither 0 nor 1"):
        read({"KINETOSCOPE_FIRST_LOOK": "off"})


def test_sets_of_clips_are_named_folders() -> None:
    assert read({}).clips == {}
    clips = read({"KINETOSCOPE_CLIPS": "ucf=/data/ucf101:own=/videos/my own"}).clips
    assert clips == {"ucf": Path("/data/ucf101"), "own": Path("/videos/my own")}


@pytest.mark.parametrize("text", ["/data", "=/data", "a b=/data", "x=", "ok=/a:/b", "drawn=/data"])
def test_a_set_without_a_proper_name_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(SettingProblem, match="NAME=FOLDER") as problem:
        read({"KINETOSCOPE_CLIPS": text})
    assert text.rpartition(":")[2] in str(problem.value)


def test_a_password_beside_the_addresses_is_put_into_them() -> None:
    given = {"REDIS_URL": "redis://a:6379/0", "CACHE_URL": "rediss://:own@b/0", "KINETOSCOPE_QUEUE_PASSWORD": "s/p@ce"}
    found = read(given)
    assert found.redis_url == "redis://:s%2Fp%40ce@a:6379/0"
    assert found.cache_url == "rediss://:own@b/0"
    assert read({**given, "REDIS_URL": "unix:///run/queue.sock"}).redis_url == "unix:///run/queue.sock"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("open-sesame\n")
    assert read({"KINETOSCOPE_TOKEN_FILE": str(tmp_path / "token")}).token == "open-sesame"
    assert read({"KINETOSCOPE_LOG_FILE": "/no/such"}).log == "text", "only secrets are read from files"
    with pytest.raises(SettingProblem, match=r"KINETOSCOPE_TOKEN_FILE: .*none"):
        read({"KINETOSCOPE_TOKEN_FILE": str(tmp_path / "none")})
