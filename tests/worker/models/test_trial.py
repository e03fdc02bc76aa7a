"""Whatever a user's file does, this process goes on, and its author is told in a line."""

import os
import textwrap
import time
from pathlib import Path

import pytest

from contract.errors import ModelProblem
from tests.worker.models.test_own import GOOD
from worker.models import trial
from worker.models.origin import Origin


@pytest.fixture
def attempt(tmp_path):
    def try_it(text, **options):
        path = tmp_path / "net.py"
        path.write_text(textwrap.dedent(text))
        return trial.attempt("net", Origin(kind="file", place=str(path)), data=tmp_path / "data", **options)

    return try_it


def test_a_good_file_gives_a_card_and_remarks(attempt):
    verdict = attempt("print('noise' * 1000)\n" + textwrap.dedent(GOOD), thorough=True)
    assert [layer.path for layer in verdict.card.layers] == ["0", "3"]
    assert any("no mean and std" in remark for remark in verdict.remarks)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("import os; os._exit(7)", "ended the process.*exit status 7"),
        ("import os; os.kill(os.getpid(), 11)", "SIGSEGV"),
        ("import os; os.kill(os.getpid(), 9)", "killed by the system"),
        ("x = bytearray(10**14)", "more memory"),
    ],
)
def test_violent_ends_are_told_in_words(attempt, start, words):
    with pytest.raises(ModelProblem, match=words):
        attempt(f"{start}\n{textwrap.dedent(GOOD)}")


def test_a_file_that_hangs_is_stopped_with_all_that_it_started(attempt, tmp_path):
    for seconds in (3, 12, 48):  # a busy machine takes its time to come to the file
        with pytest.raises(ModelProblem, match=f"longer than {seconds} seconds") as caught:
            attempt(
                f"""
                import subprocess, time
                child = subprocess.Popen(["sleep", "100"])
                open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
                print("waiting", flush=True)
                while True: pass
                """,
                seconds=seconds,
            )
        if "last said: waiting" in str(caught.value):
            break
    assert "last said: waiting" in str(caught.value)
    with pytest.raises(ProcessLookupError):
        _reap(int((tmp_path / "child").read_text()))


def _reap(pid):
    for _ in range(50):
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        if stat.is_file() and stat.read_text().split()[2] == "Z":  # ended; whoever inherited it has not yet noticed
            raise ProcessLookupError
        time.sleep(0.1)
