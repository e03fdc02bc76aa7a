import textwrap
from pathlib import Path

import pytest

from contract.errors import ModelProblem
from tests.worker.models.test_own import GOOD
from worker.models.origin import Origin, at, only


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


def test_the_only_python_file_of_a_folder_is_meant(tmp_path):
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "net.py").write_text("from elsewhere import build, CARD")
    assert at(tmp_path) == Origin(kind="file", place=str(tmp_path.resolve() / "net.py"))


def test_of_several_the_one_that_offers_a_network_is_meant_and_else_all_are_listed(tmp_path):
    (tmp_path / "blocks.py").write_text("def block(): pass")
    (tmp_path / "train.py").write_text("import net")
    with pytest.raises(ModelProblem, match=r"none has build\(\) and CARD. Give one of blocks.py, train.py\."):
        only(tmp_path)
    (tmp_path / "net.py").write_text(textwrap.dedent(GOOD))
    assert only(tmp_path).name == "net.py"
    (tmp_path / "other.py").write_text(textwrap.dedent(GOOD))
    with pytest.raises(ModelProblem, match=r"4 Python files; net.py, other.py have build\(\) and CARD"):
        only(tmp_path)
