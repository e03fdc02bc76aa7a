import pytest

from backend.atlas.frame import MARK, files, page
from contract.settings import ROOT

INDEX = (ROOT / "frontend" / "index.html").read_text()


@pytest.mark.parametrize(("path", "up"), [("", "./"), ("about", "../"), ("models/demo/layers/fc.1", "../../../../")])
def test_addresses_hold_wherever_the_folder_lies(path: str, up: str):
    text = page(INDEX, path, "A page")
    assert f'src="{up}js/main.js"' in text
    assert f'href="{up}style/base.css"' in text
    assert 'href="/' not in text
    assert 'src="/' not in text


def test_a_page_says_that_it_is_of_an_atlas_and_what_it_may_load():
    text = page(INDEX, "", "Units & <layers>")
    assert text.count(MARK) == 1
    assert "<title>Units &amp; &lt;layers&gt;</title>" in text
    assert "default-src &#x27;self&#x27;" in text
    assert "frame-ancestors" not in text  # a page cannot say that of itself: browsers complain
    assert MARK not in INDEX


def test_the_page_of_the_server_goes_with_it_but_for_signing_in():
    found = files(ROOT / "frontend")
    assert {"js/main.js", "style/base.css", "vendor/preact.mjs", "vendor/VENDORED.json", "icon.svg"} <= set(found)
    assert not {"sign-in.html", "index.html", "tsconfig.json"} & set(found)
