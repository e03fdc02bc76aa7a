"""What the keyboard does, and that it can be told not to."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

UNIT = "/models/demo/layers/conv5_fusion/units/2"

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("key", "number"), [("j", 3), ("k", 1), ("ArrowRight", 3), ("ArrowLeft", 1)])
def test_neighbours(visit, key, number):
    page = visit.open(UNIT)
    page.keyboard.press(key)
    expect(page.get_by_role("heading", name=f"Unit {number}", exact=True)).to_be_visible()


def test_a_place_is_enlarged_and_put_back(visit):
    page = visit.open(UNIT)
    page.wait_for_selector(".trio canvas")
    page.keyboard.press("2")
    expect(page.locator(".pane-large")).to_have_attribute("aria-label", "Slow motion of Unit 2")
    page.keyboard.press("Escape")
    expect(page.locator(".pane-large")).to_have_count(0)


def test_search_finds_layers_classes_and_units(visit):
    page = visit.open("/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search models")
    expect(field).to_be_focused()
    field.fill("fc6 12")
    expect(page.locator(".hit").first).to_contain_text("fc6 12")
    field.fill("cello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="playing cello")).to_be_visible()


def test_keys_do_not_interfere_with_typing(visit):
    page = visit.open("/models/demo/classes")
    page.get_by_label("Find a class").fill("")
    page.get_by_label("Find a class").press("j")
    page.keyboard.press("/")
    expect(page.get_by_label("Find a class")).to_have_value("j/")


def test_help_lists_the_keys_and_switches_them_off(visit):
    page = visit.open(UNIT)
    page.keyboard.press("?")
    page.get_by_label("Keyboard shortcuts on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    assert page.url.endswith("/2") or "/2?" in page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_chosen_and_kept(visit, theme):
    page = visit.open("/")
    page.get_by_label("Theme").select_option(theme)
    page.reload()
    page.wait_for_selector("main h1")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
