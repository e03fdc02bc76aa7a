"""Favourites, tags and notes: made on a unit's page, found again, taken along."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

UNIT = "/models/demo/layers/conv5_fusion/units/2"

pytestmark = pytest.mark.browser


def test_a_note_is_found_again_and_taken_along(visit):
    page = visit.open(UNIT)
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Tags").fill("hands, bow , hands")
    page.get_by_label("What you see").fill("moves left")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Notes saved")).to_be_visible()
    path, body = visit.mock.requests[-1]
    assert path == "notes/demo/conv5_fusion/2"
    assert body == {"favourite": True, "tags": ["hands", "bow"], "text": "moves left"}
    page.get_by_role("link", name="All notes").click()
    page.get_by_role("button", name="bow").click()
    expect(page.get_by_text("moves left")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export as JSON").click()
    assert json.loads(taken.value.path().read_text())[0]["tags"] == ["hands", "bow"]


def test_search_finds_tags(visit):
    entry = {"model": "demo", "layer": "fc6", "unit": 12, "favourite": True, "tags": ["hands"], "text": ""}
    visit.mock.notes["demo", "fc6", "12"] = entry
    page = visit.open("/")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Search models").fill("hands")
    expect(page.locator(".hit").first).to_contain_text("hands")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Unit 12")).to_be_visible()


def test_a_refused_note_is_said_and_taken_back(visit):
    page = visit.open(UNIT)
    page.wait_for_selector(".trio canvas")
    page.route("**/api/v1/notes/**", lambda route: route.abort())
    page.keyboard.press("f")
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "false")
    visit.complaints.clear()


def test_what_was_said_before_survives_a_favourite_given_at_once(visit):
    entry = {"model": "demo", "layer": "conv5_fusion", "unit": 2, "favourite": False, "tags": ["bow"], "text": "left"}
    visit.mock.notes["demo", "conv5_fusion", "2"] = entry
    held = []
    visit.page.route("**/api/v1/notes", lambda route: held.append(route))
    page = visit.open(UNIT)
    page.get_by_role("button", name="Favourite").click()
    page.wait_for_timeout(100)
    with page.expect_response("**/api/v1/notes/demo/conv5_fusion/2"):
        held[0].continue_()
    page.unroute("**/api/v1/notes")
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("What you see")).to_have_value("left")
    page.reload()  # what the server kept
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Tags")).to_have_value("bow")
