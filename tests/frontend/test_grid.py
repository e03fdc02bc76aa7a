"""The grid of a layer with 4,096 units: sorting, choosing, the keyboard, and coming back to where one was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

LARGE = "/models/demo/layers/fc6"
LAYER = "/models/demo/layers/conv5_fusion"
FIRST = "document.querySelector('.virtual > li').dataset.index"

pytestmark = pytest.mark.browser


def test_only_what_is_near_exists(visit):
    page = visit.open(LARGE)
    page.wait_for_selector(".tile")
    assert page.locator(".tile").count() < 100
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.get_by_role("link", name="Unit 4095 slow motion")).to_be_visible()
    assert page.locator(".tile").count() < 100
    assert page.locator(".virtual > li").last.get_attribute("aria-setsize") == "4096"


def test_a_link_opens_where_it_was_copied(visit):
    page = visit.open(LARGE)
    page.wait_for_selector(".tile")
    page.evaluate("scrollTo(0, 40000)")
    visit.until("location.search.includes('at=')")
    seen = page.evaluate(FIRST)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".tile .tile-mark")
    assert abs(int(other.evaluate(FIRST)) - int(seen)) <= 14
    other.close()


def test_back_is_exactly_where_one_was(visit):
    page = visit.open(LARGE)
    page.wait_for_selector(".tile")
    page.evaluate("scrollTo(0, 40123)")
    visit.until("location.search.includes('at=')")
    page.locator("a.tile").nth(30).click()
    expect(page.get_by_role("heading", name="Unit", level=1)).to_be_focused()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_selector(".tile")
    visit.until("Math.abs(scrollY - 40123) < 2")


def test_pictures_out_of_sight_are_said_and_shown_first(visit):
    visit.mock.records[visit.mock.spec("clip3d", "blocks.1.conv", 30, {}).id] = {"state": "finished"}
    page = visit.open("/models/clip3d/layers/blocks.1.conv")
    expect(page.get_by_text("Unit 30 has pictures; those above have none yet.")).to_be_visible()
    page.get_by_role("button", name="Show it first").click()
    expect(page.locator("a.tile").first).to_have_accessible_name(re.compile("Unit 30 slow motion, Finished"))
    expect(page.get_by_role("combobox", name="Sort by")).to_have_value("pictured")
    expect(page.get_by_role("button", name="Show it first")).to_have_count(0)
    visit.open(LAYER)  # it begins with pictures
    expect(page.get_by_text("those above have none yet")).to_have_count(0)


def test_a_press_outlives_the_drawing_anew_of_a_tile(visit):
    page = visit.open(LAYER)
    page.locator("a.tile").nth(3).hover()
    page.mouse.down()
    page.evaluate(
        "const well = document.querySelectorAll('a.tile')[3].firstElementChild; well.replaceWith(well.cloneNode())"
    )
    page.mouse.up()
    expect(page.get_by_role("heading", name="Unit", level=1)).to_be_focused()


def test_to_a_unit(visit):
    page = visit.open(LARGE)
    page.get_by_label("To unit").fill("3000")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("link", name="Unit 3000 slow motion")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    expect(page.get_by_role("link", name="Unit 0 slow motion")).to_be_in_viewport()
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("link", name="Unit 3000 slow motion")).to_be_in_viewport()


def test_sorted_by_activation(visit):
    page = visit.open(LAYER)
    page.get_by_label("Sort by").select_option("slow")
    visit.until("document.querySelector('.virtual .tile-words .figures')?.textContent === '1.65×'")
    texts = page.evaluate("Array.from(document.querySelectorAll('.virtual .tile-words .figures'), f => f.textContent)")
    numbers = [float(text.removesuffix("×")) for text in texts if text]
    assert len(numbers) == 6
    assert numbers == sorted(numbers, reverse=True)
    assert "sort=slow" in page.url


@pytest.mark.parametrize(
    ("which", "count"), [("pictured", 6), ("complete", 6), ("dead", 1), ("missing", 57), ("none", 57)]
)
def test_shown_by_state(visit, which, count):
    page = visit.open(f"{LAYER}?which={which}")
    page.wait_for_selector(".tile")
    assert page.locator(".virtual > li").first.get_attribute("aria-setsize") == str(count)


def test_units_with_pictures_in_one_variant_only_are_shown_as_such(visit):
    slow = visit.mock.spec("demo", "conv5_fusion", 20, {"chi": 10.0})
    visit.mock.records[slow.id] = {"state": "finished"}
    visit.mock.complete = 4
    page = visit.open(LAYER)
    expect(page.get_by_text("6 of 64 units have pictures; 4 in all variants.")).to_be_visible()
    for said, count in (("with pictures", 7), ("in all variants", 6), ("without pictures", 56)):
        page.get_by_role("combobox", name="Show").select_option(said)
        expect(page.locator(".virtual > li").first).to_have_attribute("aria-setsize", str(count))


def test_arrows_and_j_move_between_tiles(visit):
    page = visit.open(LAYER)
    page.wait_for_selector(".tile")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Unit 1 slow motion")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Unit 8 slow motion")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Unit 8")).to_be_visible()


def test_chosen_units_are_computed_together(visit):
    page = visit.open(LAYER)
    page.get_by_label("Choose Unit 20").check(force=True)
    page.get_by_label("Choose Unit 22").click(modifiers=["Shift"], force=True)
    expect(page.get_by_text("3 units chosen")).to_be_visible()
    page.get_by_role("button", name="Compute 3").click()
    expect(page.get_by_role("link", name="Unit 21 slow motion, Finished")).to_be_visible()
    assert visit.mock.requests[-1][1]["units"] == [20, 21, 22]
    visit.until("document.querySelector('.selection a[href*=pdf]')?.href.split('%2C').length === 6")


def test_chosen_units_are_compared(visit):
    page = visit.open(LAYER)
    for unit in (1, 2):
        page.get_by_label(f"Choose Unit {unit}", exact=True).check(force=True)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    page.wait_for_timeout(400)  # longer than the grid waits before it notes where it was scrolled to
    assert page.url.endswith("/compare?u=demo:conv5_fusion:1&u=demo:conv5_fusion:2")
