import textwrap

from tests.worker.models.test_own import GOOD
from worker.models.origin import Origin


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
