import base64
import json
import re

import pytest

from backend.exports import offline

ENTRY = "import {b} from './deep/b.js';\nimport * as c from './c.js';\nb(c, './c.js');\n"
OTHER = "import {\n  a,\n} from '../entry.js';\nexport const b = () => import('./never.js');\n"


@pytest.fixture
def frontend(tmp_path):
    """Two modules that import each other, one of them in the place of a third."""
    (tmp_path / "js" / "deep").mkdir(parents=True)
    (tmp_path / "style").mkdir()
    (tmp_path / "index.html").write_text('<link rel="stylesheet" href="/style/a.css">')
    (tmp_path / "style" / "a.css").write_text("p { color: red }")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "js" / "entry.js").write_text(ENTRY)
    (tmp_path / "js" / "deep" / "b.js").write_text(OTHER)
    (tmp_path / "js" / "deep" / "instead.js").write_text('export*from"./b.js";\n')
    return tmp_path


def page(frontend, **data):
    return offline.page(frontend, "js/entry.js", instead={"js/c.js": "js/deep/instead.js"}, title="A <b>", data=data)


def test_modules_name_each_other_by_what_the_import_map_knows(frontend):
    found = offline.modules(frontend, "js/entry.js", {"js/c.js": "js/deep/instead.js"})
    assert list(found) == ["js/c.js", "js/deep/b.js", "js/entry.js"]
    assert found["js/entry.js"].splitlines() == [
        "import {b} from 'kinetoscope/js/deep/b.js';",
        "import * as c from 'kinetoscope/js/c.js';",
        "b(c, './c.js');",
    ]
    assert "from 'kinetoscope/js/entry.js'" in found["js/deep/b.js"]
    assert found["js/c.js"] == "export*from'kinetoscope/js/deep/b.js';\n"


def test_every_module_is_in_the_file_and_nothing_else_is_asked_for(frontend):
    text = page(frontend)
    (raw,) = re.findall(r'<script type="importmap">(.*?)</script>', text)
    imports = json.loads(raw)["imports"]
    assert set(imports) == {"kinetoscope/js/c.js", "kinetoscope/js/deep/b.js", "kinetoscope/js/entry.js"}
    assert base64.b64decode(imports["kinetoscope/js/c.js"].partition(",")[2]).startswith(b"export")
    assert "p { color: red }" in text
    assert "default-src 'none'" in text.replace("&#x27;", "'")
    assert not re.search(r"""(src|href)=["'](?!data:)""", text)


def test_data_and_title_cannot_end_the_element_that_they_stand_in(frontend):
    text = page(frontend, name="</script><script>alert(1)</script>")
    assert "alert(1)" in text
    assert "</script><script>alert" not in text
    assert "<title>A &lt;b&gt;</title>" in text
    (raw,) = re.findall(r'id="given">(.*?)</script>', text)
    assert json.loads(raw)["name"] == "</script><script>alert(1)</script>"


def test_pictures_are_addresses():
    assert offline.address("a-poster.webp", b"x") == "data:image/webp;base64,eA=="
