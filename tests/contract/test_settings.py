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


def test_sets_of_clips_are_named_folders() -> None:
    assert read({}).clips == {}
    clips = read({"KINETOSCOPE_CLIPS": "ucf=/data/ucf101:own=/videos/my own"}).clips
    assert clips == {"ucf": Path("/data/ucf101"), "own": Path("/videos/my own")}


@pytest.mark.parametrize("text", ["/data", "=/data", "a b=/data", "x=", "ok=/a:/b", "drawn=/data"])
def test_a_set_without_a_proper_name_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(SettingProblem, match="NAME=FOLDER") as problem:
        read({"KINETOSCOPE_CLIPS": text})
    assert text.rpartition(":")[2] in str(problem.value)
