"""Sweeps on the jobs page: planned, begun, paused and gone on with."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TITLE = "demo: conv5_fusion"


def begin(visit):
    page = visit.open("/jobs?sweep=demo")
    form = page.get_by_role("form", name="New sweep")
    form.get_by_label("Layers").select_option("conv5_fusion")
    expect(form.get_by_role("status")).to_contain_text("126 pictures to compute of 126")
    form.get_by_role("button", name="Begin").click()
    return page


def test_a_sweep_is_planned_by_layers_units_and_variants_before_it_is_begun(visit):
    page = visit.open("/jobs?sweep=demo")
    form = page.get_by_role("form", name="New sweep")
    form.get_by_label("Layers").select_option("conv5_fusion")
    form.get_by_label("Units").fill("0-3")
    form.get_by_role("checkbox", name="Fast motion").uncheck()
    expect(form.get_by_role("status")).to_contain_text("4 pictures to compute of 4: about 12 s on one worker")
    assert visit.mock.sweeps.known == {}


def test_it_is_begun_paused_resumed_and_ended(visit):
    page = begin(visit)
    page.wait_for_url("**/jobs")
    for button, state in (("Pause", "Paused"), ("Resume", "Running"), ("Cancel", "Canceled")):
        page.get_by_role("button", name=f"{button} {TITLE}").click()
        expect(page.locator(".sweep .state")).to_have_text(state)
    expect(page.get_by_role("button", name=f"Resume {TITLE}")).to_be_visible()


def test_how_far_each_layer_is_comes_by_itself(visit):
    page = begin(visit)
    row = page.locator(".sweep")
    expect(row).to_contain_text("0 of 126 computed")
    visit.mock.sweeps.done = 26
    expect(row).to_contain_text("26 of 126 computed")
    row.get_by_text("1 layer").click()
    expect(row.get_by_role("row").filter(has_text="conv5_fusion")).to_contain_text("26 of 126")


def test_the_architecture_leads_there(visit):
    page = visit.open("/models/demo")
    page.get_by_role("link", name="Compute all").click()
    expect(page.get_by_role("form", name="New sweep")).to_be_visible()
