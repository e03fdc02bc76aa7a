import json
from pathlib import Path

from cli.__main__ import main


def test_the_description_is_written_without_any_server(tmp_path: Path) -> None:
    assert main(["openapi", "--out", str(tmp_path / "api.json")]) == 0
    described = json.loads((tmp_path / "api.json").read_text())
    assert "/api/v1/visualizations" in described["paths"]
