import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin

from fastapi.testclient import TestClient
from redis import Redis

from backend.app import PICTURES, create_app
from contract.coverage import Coverage
from contract.settings import Settings
from contract.shelf import Shelf
from contract.store import Store
from tests.backend.atlas import filled
from tests.backend.atlas.conftest import Made

UNIT = "/models/demo/layers/fc8/units/1"


class Addresses(HTMLParser):
    """Of a page: all that it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def read(atlas: Made, path: str) -> dict:
    return json.loads((atlas.folder / path).read_text())


def test_every_file_is_in_the_manifest_with_its_checksum(atlas: Made):
    files = {file.relative_to(atlas.folder).as_posix(): file for file in atlas.folder.rglob("*") if file.is_file()}
    listed = read(atlas, "manifest.json")["files"]
    assert set(files) - {"manifest.json"} == set(listed)
    for path, entry in listed.items():
        data = files[path].read_bytes()
        assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data)), path


def test_what_is_recorded_is_what_the_server_answers(atlas: Made, queue_server: Redis, picture_server: Redis):
    Shelf(queue_server).publish(filled.CARD)
    settings = Settings(data=atlas.data, demo_card=atlas.data / "none")
    app = create_app(settings, queue_server=queue_server, picture_server=picture_server)
    coverage = Coverage(queue_server)
    coverage.add(Store(None, atlas.data / PICTURES).filed())
    coverage.mark_built()
    client = TestClient(app, base_url="http://localhost")
    for path, query in ((UNIT, ""), (UNIT, "seed=1"), (UNIT, "chi=2.5"), ("/models/demo/findings/pairs/0/1", "")):
        said = client.get(f"/api/v1{path}?{query}").json()
        assert read(atlas, f"api/v1{path}.json")[query] == {"answer": said}
    unit = f"/models/demo/findings{UNIT.removeprefix('/models/demo')}"
    assert read(atlas, f"api/v1{unit}.json")[""]["answer"] == client.get(f"/api/v1{unit}").json()


def test_the_pages_are_those_of_what_is_there(atlas: Made):
    pages = {page.parent.relative_to(atlas.folder).as_posix() for page in atlas.folder.rglob("index.html")}
    units = {int(page.rpartition("/")[2]) for page in pages if "/layers/conv5_fusion/units/" in page}
    assert units == set(filled.UNITS["conv5_fusion"])
    assert {"models/demo/layers/fc6", "models/demo/classes/1/against/0", "models/demo/findings"} <= pages
    assert not any(page.startswith("models/demo/layers/fc6/units") for page in pages)
    assert not {"jobs", "notes", "models/demo/probe"} & pages


def test_every_address_of_every_page_is_a_file_of_the_atlas(atlas: Made):
    for page in atlas.folder.rglob("index.html"):
        here = f"https://lab.org/x/atlas/{page.relative_to(atlas.folder).as_posix()}"
        for address in Addresses(page.read_text()).found:
            whole = urljoin(here, address)
            assert whole.startswith("https://lab.org/x/atlas/"), address
            assert (atlas.folder / unquote(whole.removeprefix("https://lab.org/x/atlas/"))).is_file(), address


def test_nothing_names_this_machine_or_another_host(atlas: Made):
    for file in atlas.folder.rglob("*"):
        if file.suffix in (".json", ".jsonl", ".html"):
            text = file.read_text()
            assert "/home/somebody" not in text, file
            assert str(atlas.data) not in text, file
            assert not re.search(r"https?://(?!doi|arxiv)", text) or file.name == "VENDORED.json", file


def test_the_pictures_are_those_of_the_data_folder(atlas: Made):
    made, media = filled.result(filled.spec("fc8", 1))
    for name, data in media.items():
        assert (atlas.folder / "api/v1/media" / made.id / name).read_bytes() == data
    clip = atlas.folder / "api/v1/models/demo/findings/clips/c1/motion.webp"
    assert (
        clip.read_bytes() == (atlas.data / "findings" / filled.CARD.fingerprint / "clips/c1/motion.webp").read_bytes()
    )
    assert (atlas.folder / "api/v1/models/demo/findings/summary.pdf").read_bytes().startswith(b"%PDF")


def test_units_can_be_sorted_without_a_server(atlas: Made):
    columns = read(atlas, "api/v1/models/demo/layers/conv5_fusion/columns/index.json")
    assert columns["fast"] == [2.0, 1.8, 1.5, 1.3]
    assert columns["slow"] == [1.7, 1.5, 1.2, 1.0]
    assert columns["selectivity"] == [0.3] * 4
    by_class = read(atlas, "api/v1/models/demo/layers/conv5_fusion/columns/contribution.json")
    assert by_class == {"contribution.0": [0.4] * 4, "contribution.1": [-0.2] * 4}


def test_the_same_data_gives_the_same_atlas(atlas: Made, make, tmp_path: Path):
    again = tmp_path / "again"
    atlas.data.rename(again)
    assert make(again).manifest.files == atlas.manifest.files


def test_a_model_without_findings(make, tmp_path: Path):
    data = tmp_path / "plain"
    filled.fill(data, [filled.spec("fc7", 3)])
    made = make(data)
    held = read(made, "atlas.json")["models"]["demo"]
    assert (held["layers"], held["classes"], held["findings"]) == ({"fc7": [3]}, [], False)
    assert made.manifest.models[0].counts.visualizations == 1
    assert not (made.folder / "archive").exists()
