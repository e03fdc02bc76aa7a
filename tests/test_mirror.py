"""Every module has a test of its own name at its own place."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("backend", "benchmarks", "cli", "client", "contract", "worker")

ELSEWHERE = {
    "cli/add.py": "cli/test_own_model_commands.py",
    "cli/calibrate.py": "cli/test_own_model_commands.py",
    "cli/check.py": "cli/test_own_model_commands.py",
    "cli/import.py": "cli/test_pull.py",
    "cli/list.py": "cli/test_own_model_commands.py",
    "cli/remove.py": "cli/test_own_model_commands.py",
    "cli/render.py": "cli/test_own_model_commands.py",
}
"""Commands that a user gives one after the other are tested one after the other."""

MODULES = [
    str(path.relative_to(ROOT))
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "__init__.py"  # a docstring
]


def mirror(module: str) -> Path:
    path = Path(module.replace("client/kinetoscope/", "client/"))
    return ROOT / "tests" / ELSEWHERE.get(module, path.with_name(f"test_{path.stem.strip('_')}.py"))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_its_mirror(module):
    assert mirror(module).is_file(), f"write {mirror(module).relative_to(ROOT)}"
    assert "\ndef test_" in mirror(module).read_text()


def test_no_exception_outlives_its_reason():
    for module in ELSEWHERE:
        path = Path(module)
        assert (ROOT / module).is_file()
        assert not (ROOT / "tests" / path.with_name(f"test_{path.stem}.py")).exists(), f"{module} has its own test"
