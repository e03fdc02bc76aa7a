import io
import json
import logging
from collections.abc import Iterator

import pytest

from contract import logs
from contract.errors import SettingProblem

log = logging.getLogger("worker.test_logs")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in ("backend", "cli", "contract", "worker"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def written(form: str) -> list[str]:
    stream = io.StringIO()
    logs.begin(form, process="worker", stream=stream)
    log.info("nothing special")
    with logs.about("c9d1"):
        log.warning("%s is odd", "this")
        try:
            raise ValueError("x")
        except ValueError:
            log.exception("failed")
    log.error("all over")
    return stream.getvalue().splitlines()


def test_a_line_for_programs_names_the_job() -> None:
    lines = [json.loads(line) for line in written("json")]
    assert [line["job"] for line in lines] == ["", "c9d1", "c9d1", ""]
    assert lines[1]["message"] == "this is odd"
    assert (lines[1]["level"], lines[1]["process"], lines[1]["logger"]) == ("warning", "worker", "worker.test_logs")
    assert "ValueError: x" in lines[2]["trace"]


def test_lines_for_people_are_warnings_with_the_job() -> None:
    lines = written("text")
    assert lines[0].endswith("worker.test_logs: this is odd [job c9d1]")
    assert lines[-1].endswith("all over")
    assert not any("nothing special" in line for line in lines)


def test_another_form_is_refused() -> None:
    with pytest.raises(SettingProblem, match="KINETOSCOPE_LOG: 'xml'"):
        logs.begin("xml", process="server")
