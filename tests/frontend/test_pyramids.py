"""Two pyramids beside each other."""

import pytest
from playwright.sync_api import expect

from tests.frontend.pyramids import OTHER

pytestmark = pytest.mark.browser

URL = "/models/demo/pyramid?clip=c0"
PAIR = f"/pyramids?p=demo:c0:0&p=demo:c0:{OTHER}"


def test_units_that_both_draw_are_marked_and_what_differs_is_listed(visit):
    page = visit.open(PAIR)
    left, right = (page.get_by_role("region", name=f"{side} drawing") for side in ("Left", "Right"))
    expect(left.locator(".pyramid-unit.common")).to_have_count(3 + 3 + 1)
    expect(right.locator(".pyramid-unit.common")).to_have_count(3 + 3 + 1)
    expect(right.get_by_role("button", name="Unit 2 of fc7, in both")).to_be_visible()
    expect(left.get_by_role("button", name="Unit 1 of fc7, in both")).to_have_count(0)
    differs = page.get_by_role("region", name="What differs")
    expect(differs.get_by_role("heading", name="fc7: 3 of 7 units in both")).to_be_visible()
    expect(differs.get_by_role("heading")).to_have_count(1 + 4)


def test_a_unit_lights_its_path_in_both_and_stays_in_the_address(visit):
    page = visit.open(PAIR)
    left, right = (page.get_by_role("region", name=f"{side} drawing") for side in ("Left", "Right"))
    left.get_by_role("button", name="Unit 2 of conv5_fusion").focus()
    expect(right.get_by_role("button", name="Unit 2 of fc7")).to_have_class("pyramid-node pyramid-unit lit common")
    page.keyboard.press("Enter")
    visit.until("new URLSearchParams(location.search).get('node') === 'conv5_fusion:2'")
    expect(page.get_by_role("region", name="The node")).to_have_count(2)


def test_one_side_is_changed_asked_for_and_the_other_stays(visit):
    visit.mock.pace = 0.2
    page = visit.open(URL)
    page.get_by_role("link", name="Compare with another").click()
    form = page.get_by_role("form", name="Right: what is taken apart")
    form.get_by_role("combobox", name="Class").select_option("1")
    visit.until("new URLSearchParams(location.search).getAll('p')[1].endsWith(':1')")
    page.get_by_role("region", name="Right: not there yet").get_by_role("button", name="Take it apart").click()
    expect(page.get_by_role("region", name="Right drawing")).to_be_visible()
    expect(page.get_by_role("region", name="Left drawing")).to_be_visible()
    asked = [body["class"] for path, body in visit.mock.requests if path == "models/demo/pyramids"]
    assert asked == [1]


def test_how_much_is_drawn_is_one_choice_for_both(visit):
    page = visit.open(PAIR + "&k=3")
    units = page.locator(".pyramid-unit")
    expect(units).to_have_count(2 * 3 * 3)
    page.get_by_role("slider", name="Units of a row").press("ArrowLeft")
    expect(units).to_have_count(2 * 2 * 3)


def test_what_there_is_not_is_said_on_its_side(visit):
    page = visit.open("/pyramids?p=demo:c0&p=nothing:c0")
    right = page.get_by_role("region", name="Right pyramid")
    expect(right.get_by_role("alert")).to_contain_text("nothing")
    expect(page.get_by_role("region", name="Left drawing")).to_be_visible()
    page = visit.open("/pyramids")
    expect(page.get_by_text("press Compare with another")).to_be_visible()
