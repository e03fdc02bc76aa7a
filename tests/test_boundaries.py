"""The arrows between the folders: backend -> contract <- worker, and cli on top."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

HEAVY = "{'torch', 'torchvision', 'cv2', 'av', 'worker'}"


def loaded(statement: str) -> str:
    """Which heavy modules a fresh interpreter has after a statement."""
    code = f"{statement}\nimport sys\nprint(sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["backend.app", "cli.serve", "cli.run", "cli.__main__", "contract.queue"])
def test_the_server_loads_nothing_of_the_workers(module: str) -> None:
    assert loaded(f"import {module}") == "[]"


@pytest.mark.parametrize("folder", ["backend", "contract"])
def test_no_file_of_the_server_loads_torch(folder: str) -> None:
    files = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / folder).rglob("*.py")]
    modules = [".".join(path.parts).removesuffix(".__init__") for path in files]
    assert loaded("import " + ", ".join(modules)) == "[]"


def test_the_contract_knows_no_web_framework() -> None:
    files = [path.stem for path in (ROOT / "contract").glob("*.py") if path.stem != "__init__"]
    code = f"import {', '.join('contract.' + stem for stem in files)}, sys; print('fastapi' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_linter_of_imports_agrees() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["contract", "worker", "backend"])
def test_only_two_files_of_the_contract_and_the_worker_process_know_rq(folder: str) -> None:
    users = {path.name for path in (ROOT / folder).rglob("*.py") if "\nfrom rq" in path.read_text()}
    assert users <= {"queue.py", "reaper.py", "process.py"}


def test_nothing_is_unpickled() -> None:
    files = [path for folder in ("backend", "contract", "cli") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in files if "pickle" in path.read_text()] == []
