"""Log lines: one form for all processes, each with the job that it is about."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO

from contract.errors import SettingProblem

Form = Literal["text", "json"]
FORMS: tuple[Form, ...] = ("text", "json")

_job: ContextVar[str] = ContextVar("job", default="")


@contextmanager
def about(job: str) -> Iterator[None]:
    """Lines that this thread writes within the block are about a job."""
    token = _job.set(job)
    try:
        yield
    finally:
        _job.reset(token)


def begin(form: str, *, process: str, stream: TextIO | None = None) -> None:
    """Write the lines of this process to `stream` (standard error). Raises SettingProblem.

    form: text: warnings and errors, for people. json: also what happens to jobs, one object a line, for programs.
    process: its name in the lines.
    """
    if form not in FORMS:
        raise SettingProblem(f"KINETOSCOPE_LOG: {form!r} is none of {', '.join(FORMS)}.")
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json(process) if form == "json" else _Text())
    handler.addFilter(_name_job)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("backend", "cli", "contract", "worker"):
        logging.getLogger(name).setLevel(logging.INFO if form == "json" else logging.WARNING)


def _name_job(record: logging.LogRecord) -> bool:
    record.job = getattr(record, "job", "") or _job.get()
    return True


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return f"{line} [job {record.job}]" if record.job and "\n" not in line else line  # type: ignore[attr-defined]


class _Json(logging.Formatter):
    """One object a line; `job` is empty where the line is about none."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        facts = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "job": record.job,  # type: ignore[attr-defined]
            "message": record.getMessage(),
        }
        if record.exc_info:
            facts["trace"] = self.formatException(record.exc_info)
        return json.dumps(facts, ensure_ascii=False)
