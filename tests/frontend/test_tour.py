"""The tour of the demo: three steps, with the keyboard, and never again after it was skipped."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.frontend.test_pages import AXE, WINDOWS

pytestmark = pytest.mark.browser


@pytest.fixture
def newcomer(visit):
    """Nobody has been here before."""
    visit.page.context.add_init_script("if (!localStorage.been) { localStorage.clear(); localStorage.been = 1; }")
    visit.page.context.add_init_script("sessionStorage.newcomer = 1")
    return visit


def test_three_steps_by_keyboard_alone(newcomer):
    page = newcomer.open("/")
    tour = page.get_by_role("complementary", name="Tour")
    expect(tour).to_contain_text("1 of 3")
    for button, said in (("Open the demo", "A network"), ("Next", "What a unit looks for"), ("Next", "All units")):
        tour.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
        expect(tour).to_contain_text(said)
        newcomer.until("Boolean(document.documentElement.dataset.tour)")
    assert "/models/demo/layers/conv5_fusion?sort=slow" in page.url
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.get_by_role("heading", name="applying lipstick")).to_be_visible()
    tour.get_by_role("button", name="Next").click()
    tour.get_by_role("button", name="Done").click()
    expect(tour).to_have_count(0)
    assert page.evaluate("document.documentElement.dataset.tour") is None


COVERED = """() => {
  const card = document.querySelector('.tour').getBoundingClientRect();
  const subject = document.querySelector('.graph-scroll, .trio, .virtual').getBoundingClientRect();
  const beside = card.right <= subject.left || card.left >= subject.right;
  return !beside && card.bottom > subject.top && card.top < subject.bottom;
}"""


@pytest.mark.parametrize("options", WINDOWS.values(), ids=WINDOWS)
def test_it_covers_nothing_that_it_speaks_of(newcomer, options):
    page = newcomer.open("/")
    tour = page.get_by_role("complementary", name="Tour")
    for button, subject in (("Open the demo", ".graph-scroll"), ("Next", ".trio"), ("Next", ".virtual")):
        tour.get_by_role("button", name=button).click()
        page.wait_for_selector(f"{subject}")
        newcomer.until("Boolean(document.documentElement.dataset.tour)")
        assert page.evaluate(f"({COVERED})()") is False, subject
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("computed", "leads_to", "said"),
    [
        ({"conv5_fusion", "fc8"}, "conv5_fusion?sort=slow", "come first"),
        ({"fc8"}, "fc8?sort=slow", "come first"),
        (set(), "conv5_fusion", "None is computed yet"),
    ],
)
def test_it_ends_at_a_layer_with_pictures_or_says_how_to_get_some(newcomer, computed, leads_to, said):
    cover = newcomer.mock.coverage
    newcomer.mock.coverage = lambda name: {
        "layers": {
            path: counts if path in computed else {**dict.fromkeys(counts, 0), "units": counts["units"]}
            for path, counts in cover(name)["layers"].items()
        }
    }
    page = newcomer.open("/models/demo")
    tour = page.get_by_role("complementary", name="Tour")
    tour.get_by_role("button", name="Next").click()
    expect(tour).to_contain_text("What a unit looks for")
    tour.get_by_role("button", name="Next").click()
    expect(tour).to_contain_text(said)
    assert f"/layers/{leads_to}" in page.url
    assert ("sort=" in page.url) == bool(computed)


def test_never_again_after_it_was_skipped_but_from_the_about_page(newcomer):
    page = newcomer.open("/")
    page.get_by_role("button", name="Skip the tour").click()
    tour = page.get_by_role("complementary", name="Tour")
    expect(tour).to_have_count(0)
    newcomer.open("/models/demo")
    page.wait_for_timeout(400)
    expect(tour).to_have_count(0)
    newcomer.open("/about")
    page.get_by_role("button", name="Take the tour").click()
    expect(tour).to_contain_text("1 of 3")


def test_it_speaks_of_the_demo_only(newcomer):
    page = newcomer.open("/models/clip3d")
    page.wait_for_timeout(400)
    expect(page.get_by_role("complementary", name="Tour")).to_have_count(0)


@pytest.mark.parametrize(
    "options",
    [
        {**WINDOWS["wide"], "color_scheme": "dark"},
        WINDOWS["narrow"],
        {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"},
    ],
    ids=["dark", "narrow", "reduced motion"],
)
def test_accessible_and_still_where_motion_is_unwanted(newcomer, options):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci")
    for path in ("/", "/models/demo", "/models/demo/layers/fc8/units/0"):
        page = newcomer.open(path)
        card = page.locator(".tour")
        expect(card).to_be_visible()
        page.wait_for_timeout(300)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
        assert found == []
        moves = card.evaluate("e => getComputedStyle(e).animationName !== 'none'")
        assert moves == (options.get("reduced_motion") != "reduce")
