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


def test_a_time_that_is_guessed_from_other_layers_is_said_to_be(visit):
    visit.mock.sweeps.guessed = {"fc7"}
    page = visit.open("/jobs?sweep=demo")
    form = page.get_by_role("form", name="New sweep")
    form.get_by_label("Layers").select_option("all")
    expect(form.get_by_role("status")).to_contain_text("on one worker; 1 of 14 layers guessed from others")
    form.get_by_text("14 layers").last.click()
    layers = form.get_by_role("region", name="The plan, layer by layer")
    expect(layers.get_by_role("row").filter(has_text="fc7")).to_contain_text("roughly 3.0 s")


def test_what_is_begun_is_what_was_typed_last(visit):
    page = visit.open("/jobs?sweep=demo")
    form = page.get_by_role("form", name="New sweep")
    form.get_by_label("Layers").select_option("conv5_fusion")
    expect(form.get_by_role("status")).to_contain_text("126 pictures to compute of 126")
    units = form.get_by_label("Units")
    units.fill("0-3")
    units.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("8 pictures to compute of 8")
    units.press("Enter")
    expect(page.locator(".sweep")).to_contain_text("0 of 8 computed")
    assert [body["units"] for path, body in visit.mock.requests if path == "sweeps"] == ["0-3"]


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
    layers = row.get_by_role("region", name=f"{TITLE}, layer by layer")
    expect(layers.get_by_role("row").filter(has_text="conv5_fusion")).to_contain_text("26 of 126")


def test_one_that_began_by_itself_says_what_it_is(visit):
    visit.mock.sweeps.start({"model": "demo", "layers": ["fc8"]}, visit.mock.card("demo"))
    ((sweep, _),) = visit.mock.sweeps.known.values()
    sweep.title = "First look at the demo"
    page = visit.open("/jobs")
    expect(page.locator(".sweep-head b")).to_have_text(sweep.title)
    page.get_by_role("button", name=f"Cancel {sweep.title}").click()
    expect(page.locator(".sweep .state")).to_have_text("Canceled")


def test_an_answer_that_takes_longer_than_asking_again_would_is_shown(visit):
    visit.page.clock.install()
    page = begin(visit)
    expect(page.locator(".sweep")).to_contain_text("0 of 126 computed")
    asked = []
    page.route("**/api/v1/sweeps", lambda route: asked.append(route))
    visit.mock.sweeps.done = 26
    page.clock.run_for(3_000)
    visit.until(lambda: asked)
    page.clock.run_for(20_000)
    asked[0].continue_()
    expect(page.locator(".sweep")).to_contain_text("26 of 126 computed")


def test_why_there_is_no_list_is_said_until_there_is_one(visit):
    page = visit.page
    page.clock.install()
    problem = {"title": "No queue", "detail": "The queue cannot be reached.", "status": 503}
    page.route("**/api/v1/sweeps", lambda route: route.fulfill(status=503, json=problem))
    visit.open("/jobs")
    said = page.get_by_role("alert").filter(has_text="The queue cannot be reached.")
    expect(said).to_be_visible()
    page.unroute("**/api/v1/sweeps")
    page.clock.run_for(11_000)
    expect(said).to_have_count(0)


@pytest.mark.parametrize("options", [{"viewport": {"width": 390, "height": 844}}])
def test_a_plan_layer_by_layer_fits_a_narrow_window(visit):
    page = visit.open("/jobs?sweep=demo")
    page.get_by_text("4 layers").click()
    expect(page.get_by_role("region", name="The plan, layer by layer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_architecture_leads_there(visit):
    page = visit.open("/models/demo")
    page.get_by_role("link", name="Compute all").click()
    expect(page.get_by_role("form", name="New sweep")).to_be_visible()
