"""An atlas in a browser: from a host that has files only, with everything else blocked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.atlas.export import export
from contract.connection import connect
from contract.settings import Settings
from tests.backend.atlas import filled
from tests.frontend import static_server
from tests.frontend.conftest import Visit, visiting
from tests.frontend.mock import Mock

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LAYER = "/models/demo/layers/conv5_fusion/"
ADDRESSES = """[...document.querySelectorAll('[href], [src]')].map((each) =>
    new URL(each.href?.baseVal ?? each.href ?? each.src, location).href)"""
WRITING = re.compile(
    "Visualize|Compute|Try again|Cancel|Save|Favourite|Take it|Take the tour|Silence|Delete|Begin|Drain|Show it"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, queue_url: str) -> Path:
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("site")
    filled.fill(data)
    filled.analyse(data)
    with connect(queue_url) as scratch:
        scratch.flushall()
        settings = Settings(data=data)
        export([filled.CARD], out, settings=settings, scratch=scratch, progress=lambda *_: None)
    return out


@pytest.fixture
def reader(browser: Browser, site: Path) -> Iterator[Visit]:
    """A reader of the atlas. That anything is missing, foreign or complained about fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    with static_server.serving(site) as base, visiting(context, Mock(), base) as visit:
        context.route(lambda url: not url.startswith((f"{base}/", "blob:", "data:")), lambda route: route.abort())
        wrong = visit.complaints
        visit.page.on("response", lambda answer: wrong.extend([] if answer.ok else [f"{answer.status} {answer.url}"]))
        yield visit


def drawn(visit: Visit, count: int, of: str = ".trio") -> None:
    visit.until(f"document.querySelectorAll('{of} canvas[data-ready=true]').length === {count}")


def names(page: Page) -> list[str]:
    return [text.split()[1] for text in page.locator(".virtual .tile-words b").all_inner_texts()]


def test_a_reader_goes_from_the_first_page_to_a_unit_that_plays(reader: Visit):
    page = reader.open("/")
    page.get_by_role("link", name="Layers", exact=True).click()
    page.get_by_role("table").get_by_role("link", name="conv5_fusion").click()
    expect(page.get_by_text("4 in this atlas")).to_be_visible()
    page.get_by_role("link", name="Unit 2").click()
    drawn(reader, 3)
    reader.until("document.querySelectorAll('.trio canvas')[1].dataset.frame !== '0'")
    page.get_by_role("button", name="Pause all").click()
    expect(page.get_by_role("button", name="Play all")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unit 5")
    assert urlsplit(page.url).path == f"{static_server.UNDER}{LAYER}units/5/"
    expect(page.get_by_role("link", name="Next unit, 7")).to_be_visible()


def test_units_are_sorted_and_chosen_without_a_server(reader: Visit):
    page = reader.open(f"{LAYER}?sort=slow&rising=1")
    expect(page.locator(".virtual .tile")).to_have_count(4)
    assert names(page) == ["7", "5", "2", "0"]
    page.get_by_role("button", name="Smallest first").click()
    expect(page.locator(".virtual .tile b").first).to_contain_text("Unit 0")
    page.locator("select[name=index]").select_option("slow")
    page.get_by_label("from").fill("1.3")
    page.get_by_label("from").press("Enter")
    expect(page.locator(".virtual .tile")).to_have_count(2)
    assert names(page) == ["0", "2"]


def test_units_are_chosen_and_compared(reader: Visit):
    page = reader.open(LAYER)
    for unit in (0, 7):
        page.get_by_label(f"Choose Unit {unit}").check(force=True)
    page.get_by_role("link", name="Compare").click()
    drawn(reader, 6, ".column")
    page.get_by_role("button", name="With difference").click()
    drawn(reader, 9, ".column")


def test_search_finds_what_is_there_and_nothing_else(reader: Visit):
    page = reader.open("/about/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search models")
    field.fill("conv5_fusion 3")
    expect(page.get_by_text("Nothing has that name.")).to_be_visible()
    field.fill("conv5_fusion 5")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("conv5_fusion 5")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unit 5")
    drawn(reader, 3)


def test_other_runs_of_a_unit_are_there_if_they_were_computed(reader: Visit):
    page = reader.open("/models/demo/layers/fc8/units/1/")
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="Other seeds"))
    expect(panel.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("heading", name="Asked otherwise")).to_have_count(0)
    expect(page.get_by_label("Speed tuning").get_by_role("listitem")).to_have_count(3)  # fast, 2.5, slow
    reader.open(f"{LAYER}units/5/")
    drawn(reader, 3)
    expect(page.get_by_label("Speed tuning")).to_have_count(0)  # slow and fast are all there is
    own = filled.spec("fc8", 1, kappa=2.0).id
    reader.open(f"/models/demo/layers/fc8/units/1/?set={own}")
    expect(page.get_by_text("Made with settings of your own")).to_be_visible()


def test_a_pyramid_that_is_held_is_shown_whatever_the_address_asks(reader: Visit):
    page = reader.open("/models/demo/classes/0/")
    page.get_by_role("link", name="What its score is made of").click()
    expect(page.locator("select[name=held]")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why applying lipstick?")
    reader.open("/models/demo/pyramid/?clip=c3&class=7")
    expect(page.get_by_role("heading", level=1)).to_have_text("Why applying lipstick?")
    reader.open("/models/demo/classes/1/")
    expect(page.get_by_role("link", name="What its score is made of")).to_have_count(0)


def test_pages_show_what_is_held_and_say_how_much_is_not(reader: Visit):
    page = reader.open("/models/demo/walk/")
    expect(page.get_by_text("Not in this atlas, as not computed: 11 of 14 layers.")).to_be_visible()
    drawn(reader, 3 * (4 + 1 + 3), ".walk")
    expect(page.locator(".tile-absent")).to_have_count(0)
    reader.open("/models/demo/classes/")
    expect(page.get_by_text("Not in this atlas, as not computed: 9 of 12 classes.")).to_be_visible()
    drawn(reader, 2 * 3, ".grid-pairs")
    expect(page.locator(".tile-absent")).to_have_count(0)


def test_what_is_not_there_is_said(reader: Visit):
    page = reader.open("/compare/?u=demo:conv5_fusion:2&u=demo:conv5_fusion:3")
    expect(page.get_by_role("alert")).to_contain_text("This atlas does not hold unit 3 of conv5_fusion")


def test_every_link_leads_somewhere_and_nothing_asks_for_a_server(reader: Visit, site: Path):
    """A page of each kind is opened; every address on it, also one that only the browser sees, is a file."""
    paths = sorted(
        f"/{file.parent.relative_to(site).as_posix()}/".replace("/./", "/") for file in site.rglob("index.html")
    )
    kinds = {re.sub(r"layers/[^/]+", "layers/L", re.sub(r"\d+", "N", path)): path for path in paths}
    assert len(kinds) == 12
    seen: set[str] = set()
    for path in kinds.values():
        page = reader.open(path)
        page.wait_for_load_state("networkidle")
        seen |= set(page.evaluate(ADDRESSES))
        buttons = [text for text in page.get_by_role("button").all_inner_texts() if WRITING.search(text)]
        assert buttons == [], page.url
    for address in {urldefrag(each).url for each in seen}:
        assert address.startswith(f"{reader.base}/"), address
        inside = site / unquote(urlsplit(address).path.removeprefix(f"{static_server.UNDER}/"))
        assert (inside / "index.html" if urlsplit(address).path.endswith("/") else inside).is_file(), address


@pytest.mark.parametrize("path", ["/", LAYER, f"{LAYER}units/0/", "/models/demo/classes/0/"])
def test_nothing_in_the_way_of_readers(reader: Visit, path: str):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci")
    page = reader.open(path)
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})")
    assert [violation["id"] for violation in found["violations"]] == []
