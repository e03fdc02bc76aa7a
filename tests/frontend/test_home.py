"""The first page: a card for every model, with the pictures that there are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def card(page, title):
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=title))


def strip(page):
    return card(page, "Demo two-stream").locator(".specimen")


def only(visit, number: int) -> None:
    """Of the classes of the demo, have so many computed."""
    for unit in range(12):
        for chi in (10.0, 0.0):
            spec = visit.mock.spec("demo", "fc8", unit, {"chi": chi})
            visit.mock.records[spec.id] = {"state": "finished" if unit < number else "absent"}


def test_a_card_shows_what_is_there_and_nothing_grey_beside_it(visit):
    only(visit, 1)
    page = visit.open("/")
    expect(strip(page).locator("canvas")).to_have_count(2)
    expect(strip(page).locator(".well")).to_have_count(2)
    expect(strip(page).locator("p")).to_have_count(0)


def test_a_card_without_pictures_has_no_strip(visit):
    only(visit, 0)
    page = visit.open("/")
    visit.until("!document.querySelector('.specimen-unknown')")
    expect(strip(page)).to_have_count(0)


def test_a_card_shows_units_of_the_deepest_layer_where_no_class_was_asked_for(visit):
    only(visit, 0)
    visit.mock.records[visit.mock.spec("demo", "fc7", 30, {"chi": 10.0}).id] = {"state": "finished"}
    visit.mock.unpictured = ["fc8"]
    page = visit.open("/")
    expect(strip(page).locator("canvas")).to_have_count(6)


def test_pictures_fill_in_while_they_are_made(visit):
    only(visit, 0)
    page = visit.open("/")
    visit.until("!document.querySelector('.specimen-unknown')")
    visit.mock.pace = 3.0
    visit.mock.ask(visit.mock.spec("demo", "fc8", 0, {"chi": 10.0}))
    expect(strip(page)).to_contain_text("The first pictures are being computed.")
    expect(strip(page).locator(".preview")).to_have_count(2)
    expect(strip(page).locator("canvas")).to_have_count(2)
    expect(strip(page).locator(".preview")).to_have_count(0)


def test_a_worker_that_is_starting_is_no_missing_one(visit):
    worker = visit.mock.workers[0] | {"state": "starting", "job": None, "models": [], "fingerprints": {}}
    visit.mock.available, visit.mock.workers = False, [worker]
    page = visit.open("/")
    expect(card(page, "Demo two-stream")).to_contain_text("A worker is starting…")
    visit.mock.workers = []
    visit.mock.tell("workers", None)
    expect(card(page, "Demo two-stream")).to_contain_text("No running worker knows this model: view only")


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (["demo"], "Colour is direction and speed"),
        (["clip3d"], "It is a clip, in the colours that the network sees."),
        (["demo", "clip3d"], "Of networks that see optical flow, colour is direction and speed"),
    ],
)
def test_what_colours_mean_depends_on_what_the_networks_see(visit, models, said):
    visit.mock.cards = {name: visit.mock.cards[name] for name in models}
    page = visit.open("/")
    expect(page.get_by_role("region", name="How to read the pictures")).to_contain_text(said)
    visit.open("/about")
    expect(page.get_by_role("heading", name="Motion as colour")).to_have_count(int("demo" in models))
    expect(page.get_by_text("RGB clips has no colours for motion")).to_have_count(int("clip3d" in models))
