"""The panels of a unit's page: settings of any schema, other seeds; and the walk through all layers."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from contract.spec import Parameters

UNIT = "/models/demo/layers/conv5_fusion/units/2"

pytestmark = pytest.mark.browser

SCHEMA = {
    "parameters": {
        "$defs": {"Prior": {"enum": ["plain", "fourier"], "type": "string"}},
        "properties": {
            "chi": {"type": "number", "default": 10.0},
            "seed": {"type": "integer", "default": 0, "description": "Seed."},
            "prior": {"$ref": "#/$defs/Prior", "default": "plain", "description": "What inputs are likely."},
            "rival": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": None},
            "flip": {"type": "boolean", "default": False, "description": "Turn round."},
        },
    }
}


def test_the_form_draws_whatever_the_schema_says(visit):
    sent = []
    page = visit.page
    page.route("**/visualizations/schema", lambda route: route.fulfill(json=SCHEMA))
    page.route(
        "**/api/v1/visualizations", lambda route: (sent.append(json.loads(route.request.post_data)), route.abort())
    )
    visit.open(UNIT)
    page.locator("select[name=prior]").select_option("fourier")
    page.get_by_text("2 other settings").click()
    page.locator("select[name=flip]").select_option("true")
    page.get_by_label("Rival").fill("7")
    page.get_by_role("button", name="Visualize with these").click()
    expect(page.get_by_text("cannot be reached").first).to_be_visible()
    assert {"prior": "fourier", "flip": True, "rival": 7}.items() <= sent[0]["parameters"].items()
    assert "seed" not in sent[0]["parameters"]
    visit.complaints.clear()


def test_other_seeds_are_computed_and_opened(visit):
    page = visit.open(UNIT)
    page.get_by_role("button", name="Compute 3 more seeds").click()
    page.get_by_role("link", name="Seed 3 appearance, Finished").click()
    page.wait_for_url("**/units/2?seed=3*")
    expect(page.locator(".seed-here")).to_contain_text("Seed 3")


def test_more_seeds_say_how_many_pictures_they_are(visit):
    page = visit.open("/models/clip3d/layers/head/units/2")
    page.get_by_role("button", name="Visualize", exact=True).first.click()
    expect(page.get_by_role("button", name="Compute 3 more seeds (6 pictures)")).to_be_visible()


def test_priors_have_one_name_in_settings_and_in_panels(visit):
    page = visit.open(UNIT)
    expect(page.locator("select[name=prior] option[value=fourier]")).to_have_text("Waves (fourier)")
    expect(page.get_by_role("link", name="Waves (fourier) appearance")).to_be_visible()


def test_the_opposite_and_other_priors_are_computed_and_have_an_address(visit):
    page = visit.open(UNIT)
    panel = page.locator("section.panel", has=page.get_by_role("heading", name="Asked otherwise"))
    panel.get_by_role("button", name="Compute 4 of these").click()
    panel.get_by_role("link", name="Opposite appearance, Finished").click()
    page.wait_for_url("**/units/2?negative=true*")
    expect(page.locator(".notice")).to_contain_text("What it answers to least")
    visit.until("document.querySelectorAll('.trio canvas[data-ready=true]').length >= 1")
    sent = [body["parameters"] for path, body in visit.mock.requests if path == "visualizations"]
    asked = {(each["negative"], each["objective"], each["prior"], each["steps"]) for each in sent}
    usual = Parameters().steps
    assert asked == {
        (True, "cell", "paper", usual),
        (False, "channel", "paper", usual),
        (False, "cell", "fourier", 300),
        (False, "cell", "phase", 300),
    }
    page.keyboard.press("j")
    page.wait_for_url("**/units/3?negative=true*")
    page.get_by_role("button", name="Back to the unit as always").click()
    visit.until("!location.search.includes('negative')")


def test_an_unknown_prior_is_told_what_there_is(visit):
    page = visit.open(UNIT + "?prior=furrier")
    expect(page.get_by_role("alert")).to_contain_text("fourier")


def test_a_figure_has_every_frame_unless_told_otherwise(visit):
    page = visit.open(UNIT)
    svg = page.get_by_role("link", name="Figure as SVG")
    expect(svg).to_have_attribute("href", re.compile(r"/figures/strip\.svg\?ids="))
    expect(svg).not_to_have_attribute("href", re.compile("frames="))
    page.get_by_role("combobox", name="Frames").select_option(label="every 2nd")
    expect(svg).to_have_attribute("href", re.compile(r"[?&]frames=5(&|$)"))
    expect(page.get_by_role("link", name="Figure as PNG")).to_have_attribute("href", re.compile("frames=5"))


def test_the_walk_is_computed_as_a_whole(visit):
    page = visit.open("/models/clip3d/walk")
    page.get_by_role("button", name="Compute 48 missing pictures").click()
    visit.until("document.querySelectorAll('.walk canvas').length === 48")
    asked = {body["layer"]: body for path, body in visit.mock.requests if path.endswith("batch")}
    assert asked["head"]["variants"] == ["still", "slow", "fast"]
    assert asked["head"]["units"] == [0, 1, 2, 3]
    expect(page.get_by_role("link", name="Figure as PDF")).to_be_visible()


def test_the_walk_leaves_dead_units_out_and_goes_on(visit):
    page = visit.open("/models/demo/walk?order=unit&from=8")
    row = page.get_by_role("region", name="conv5_fusion")
    expect(row.locator(".walk-slow .tile-words b")).to_contain_text(["8", "10", "11", "12"])
    page.get_by_role("link", name="Next 4").click()
    expect(row.locator(".walk-slow .tile-words b").first).to_contain_text("12")
    page.go_back()
    expect(row.locator(".walk-slow .tile-words b").first).to_contain_text("8")


def test_the_walk_begins_with_what_has_pictures_or_goes_by_number(visit):
    visit.mock.records[visit.mock.spec("clip3d", "blocks.1.conv", 30, {}).id] = {"state": "finished"}
    page = visit.open("/models/clip3d/walk")
    names = page.get_by_role("region", name="blocks.1.conv").locator(".walk-slow .tile-words b")
    expect(names).to_contain_text(["30", "0", "1", "2"])
    page.get_by_role("checkbox", name="By number").check()
    expect(names).to_contain_text(["0", "1", "2", "3"])
    visit.until("location.search === '?order=unit'")


def test_what_was_computed_with_other_settings_is_on_the_page(visit):
    for how in ({"steps": 20}, {"steps": 20, "kappa": 2.0}, {"seed": 2}, {"prior": "phase", "steps": 300}):
        for chi in (10.0, 0.0):
            spec = visit.mock.spec("demo", "conv5_fusion", 2, {**how, "chi": chi})
            visit.mock.records[spec.id] = {"state": "finished"}
            visit.mock.otherwise.append((how, spec))
    page = visit.open("/models/demo/layers/conv5_fusion/units/2")
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="With other settings"))
    expect(panel.get_by_role("listitem")).to_have_count(2)  # seeds and priors have panels of their own
    panel.get_by_role("link", name="steps 20 appearance").click()
    expect(page.get_by_text("Made with settings of your own.")).to_be_visible()
    expect(panel).to_have_count(0)
    visit.open("/models/demo/layers/conv5_fusion/units/3")
    expect(page.get_by_role("heading", name="Other seeds")).to_be_visible()
    expect(panel).to_have_count(0)


def test_statistics_are_offered_where_the_network_has_kept_some(visit):
    page = visit.open("/models/demo/layers/conv5_fusion/units/2")
    expect(page.get_by_role("link", name="Phases (phase) appearance")).to_be_visible()
    expect(page.get_by_role("link", name="Statistics (features) appearance")).to_have_count(0)
    card = visit.mock.cards["demo"]
    normalized = tuple(layer.model_copy(update={"norm": "bn"}) for layer in card.layers)
    visit.mock.cards["demo"] = card.model_copy(update={"layers": normalized})
    page = visit.open("/models/demo/layers/conv5_fusion/units/2")
    expect(page.get_by_role("link", name="Statistics (features) appearance")).to_be_visible()
