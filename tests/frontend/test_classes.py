"""The classes of a model: sought by name, chosen and computed like units of a layer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

CLASSES = "/models/demo/classes"
LISTED = ".grid-pairs > li"

pytestmark = pytest.mark.browser


def test_a_class_that_is_sought_is_found_with_its_pictures(visit):
    page = visit.open(CLASSES)
    expect(page.locator(LISTED)).to_have_count(12)
    field = page.get_by_label("Find a class")
    field.fill("CELLO")
    expect(page.locator(LISTED)).to_have_count(1)
    expect(page.locator(f"{LISTED} canvas")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="1 class")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("tuba")
    expect(page.get_by_role("status").filter(has_text="No class has that name.")).to_be_visible()
    field.fill("")
    expect(page.locator(LISTED)).to_have_count(12)


def test_classes_are_chosen_over_several_searches_and_compared(visit):
    page = visit.open(CLASSES)
    for name in ("playing cello", "playing violin"):
        page.get_by_label("Find a class").fill(name)
        expect(page.locator(LISTED)).to_have_count(1)
        page.get_by_label(f"Choose {name}").check(force=True)
    expect(page.get_by_text("2 units chosen")).to_be_visible()
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    assert page.url.endswith("/compare?u=demo:fc8:2&u=demo:fc8:3")


def test_chosen_classes_are_computed_together(visit):
    page = visit.open("/models/clip3d/classes")
    page.get_by_label("Choose applying lipstick").check(force=True)
    bar = page.get_by_role("region", name="Chosen units")
    bar.get_by_role("button", name="Choose visible").click()
    every = page.locator(LISTED).count()
    expect(bar).to_contain_text(f"{every} units chosen")
    bar.get_by_role("button", name=f"Compute {every}").click()
    expect(bar.get_by_role("button", name="Compute")).to_have_count(0)
    path, body = visit.mock.requests[-1]
    assert path.endswith("batch")
    assert (body["layer"], body["units"]) == ("head", list(range(every)))


def test_those_that_are_missing_are_computed_with_one_click(visit):
    page = visit.open("/models/clip3d/classes")
    every = page.locator(LISTED)
    expect(every).not_to_have_count(0)
    expect(page.get_by_text(" pictures: ").or_(page.get_by_text(" pictures, in a time"))).to_be_visible()
    page.get_by_role("button", name=f"Compute {every.count()} missing").click()
    expect(page.locator(f"{LISTED} canvas")).to_have_count(2 * every.count())
    expect(page.get_by_role("button", name="missing")).to_have_count(0)
