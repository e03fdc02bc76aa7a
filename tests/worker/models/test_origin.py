import textwrap
from pathlib import Path

import pytest

from contract.errors import ModelProblem
from tests.worker.models.test_own import GOOD
from worker.models.origin import Origin, at


def test_a_file_builds_and_its_stamp_follows_edits(tmp_path):
    file = tmp_path / "net.py"
    origin = Origin(kind="file", place=str(file))
    assert origin.stamp(tmp_path) == "missing"
    file.write_text(textwrap.dedent(GOOD))
    before = origin.stamp(tmp_path)
    module, sheet = origin.build(tmp_path)
    assert (len(module), sheet.title) == (4, "net")
    file.write_text(textwrap.dedent(GOOD) + "# edited\n")
    assert origin.stamp(tmp_path) != before
    assert Origin.model_validate_json(origin.model_dump_json()) == origin


def test_what_is_on_disk_is_told_apart(tmp_path):
    assert at(tmp_path / "net.py").kind == "file"
    with pytest.raises(ModelProblem, match=r"folder without config.json"):
        at(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    assert at(tmp_path) == Origin(kind="folder", place=str(tmp_path.resolve()))
    with pytest.raises(ModelProblem, match="pull r3d_18"):
        at(Path("r3d_18"))
