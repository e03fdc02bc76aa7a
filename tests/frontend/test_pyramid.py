"""A class score taken apart, on its page."""

import json

import pytest
from playwright.sync_api import expect

from contract.pyramid import Pyramid, Tubes
from tests.frontend import pyramids
from tests.frontend.probes import READY

pytestmark = pytest.mark.browser

URL = "/models/demo/pyramid?clip=c0"


def test_a_pyramid_is_asked_for_watched_and_drawn(visit):
    visit.mock.pace = 0.5
    page = visit.open("/models/demo/pyramid?clip=c1&class=1")
    page.get_by_role("button", name="Take it apart").click()
    region = page.get_by_role("region", name="The pyramid")
    expect(region.get_by_role("button", name="Unit 0 of fc7")).to_be_visible()
    asked = [body for path, body in visit.mock.requests if path == "models/demo/pyramids"]
    assert asked == [{"clip": "c1", "class": 1, "rival": None, "rows": None}]


def test_one_that_runs_is_stopped(visit):
    visit.mock.pace = 60.0
    page = visit.open("/models/demo/pyramid?clip=c1")
    page.get_by_role("button", name="Take it apart").click()
    panel = page.get_by_role("region", name="This pyramid")
    expect(panel.get_by_text("of 8")).to_be_visible()
    panel.get_by_role("button", name="Cancel").click()
    expect(panel.get_by_role("button", name="Take it apart")).to_be_visible()


def test_units_and_inflow_are_chosen_live_and_stay_in_the_address(visit):
    page = visit.open(URL + "&k=3")
    region = page.get_by_role("region", name="The pyramid")
    expect(region.locator(".pyramid-unit")).to_have_count(9)
    expect(region.locator(".pyramid-others")).to_have_count(4)
    expect(region.locator(".pyramid-bias")).to_have_count(3)
    expect(region.get_by_role("button", name="others of fc7")).to_contain_text("1.60")
    flows = region.locator(".flow")
    expect(flows.first).to_be_attached()
    before = flows.count()
    page.get_by_role("slider", name="Units of a row").press("ArrowRight")
    expect(region.locator(".pyramid-unit")).to_have_count(12)
    visit.until("new URLSearchParams(location.search).get('k') === '4'")
    page.get_by_role("slider", name="Inflow shown").press("Home")
    expect(region.locator(".flow")).not_to_have_count(before)
    visit.until("new URLSearchParams(location.search).get('coverage') === '10'")


def test_a_node_lights_its_path_and_is_looked_into(visit):
    page = visit.open(URL)
    region = page.get_by_role("region", name="The pyramid")
    node = region.get_by_role("button", name="Unit 2 of conv5_fusion")
    node.focus()
    lit = region.locator(".pyramid-node.lit")
    expect(lit).to_have_count(4)
    expect(region.get_by_role("button", name="Unit 2 of fc7")).to_have_class("pyramid-node pyramid-unit lit")
    node.press("Enter")
    inspector = page.get_by_role("region", name="The node")
    expect(inspector.get_by_role("heading", name="Unit 2")).to_be_visible()
    expect(inspector.get_by_role("link").first).to_have_attribute("href", "/models/demo/layers/conv5_fusion/units/2")
    inspector.get_by_role("button", name="Unit 2 of fc7").click()
    visit.until("new URLSearchParams(location.search).get('node') === 'fc7:2'")
    expect(inspector.get_by_text("of the score")).to_be_visible()


def test_the_strongest_unit_is_shown_until_another_is_looked_at(visit):
    page = visit.open(URL)
    inspector = page.get_by_role("region", name="The node")
    expect(inspector.get_by_role("heading", name="Unit 0")).to_be_visible()
    expect(inspector).to_contain_text("fc7")
    expect(inspector.get_by_role("button", name="Let go")).to_have_count(0)
    page.get_by_role("region", name="The pyramid").get_by_role("button", name="Unit 2 of conv5_fusion").focus()
    expect(inspector.get_by_role("heading", name="Unit 2")).to_be_visible()
    expect(inspector).to_contain_text("conv5_fusion")
    visit.until("!location.search.includes('node')")


def test_what_has_no_row_is_said_and_shown_if_it_can_be(visit):
    page = visit.open(URL)
    left = page.get_by_role("region", name="What has no row")
    expect(left.get_by_role("listitem").first).to_contain_text("56 × 56 (2 layers): five are shown without it")
    expect(left.get_by_role("listitem").last).to_contain_text("14 × 14 (2 layers): paths lead around each of them")
    left.get_by_role("button", name="Show it too").click()
    expect(left).to_have_count(0)
    rows = "fc7,conv5_fusion,appearance.conv3+motion.conv3,appearance.conv2+motion.conv2"
    visit.until(f"new URLSearchParams(location.search).get('rows') === '{rows}'")


def test_flows_of_many_units_together_have_a_scale_of_their_own(visit):
    page = visit.open(URL)
    sums, others = page.locator(".flow-sum"), page.locator(".flow:not(.flow-sum)")
    expect(sums.first).to_be_attached()
    widest = "paths => Math.max(...paths.map(path => Number(path.getAttribute('stroke-width'))))"
    assert 1 <= sums.evaluate_all(widest) < others.evaluate_all(widest)


def test_a_clip_that_somebody_brought_is_offered_and_not_taken(visit):
    page = visit.open("/models/clip3d/pyramid")
    choice = page.get_by_role("combobox", name="A clip that was brought")
    expect(choice).to_have_value("")
    assert not [path for path, _ in visit.mock.requests if path.endswith("pyramids")]
    choice.select_option(label="bowing.mp4")
    visit.until(f"new URLSearchParams(location.search).get('clip') === '{READY}'")
    expect(page.get_by_role("button", name="Take it apart")).to_be_visible()


def test_arrow_keys_go_from_node_to_node(visit):
    page = visit.open(URL)
    region = page.get_by_role("region", name="The pyramid")
    region.get_by_role("button", name="Unit 0 of fc7").focus()
    page.keyboard.press("ArrowRight")
    expect(region.get_by_role("button", name="Unit 1 of fc7")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(region.get_by_role("button", name="Unit 1 of conv5_fusion")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(region.get_by_role("button", name="Unit 0 of fc7")).to_be_focused()


def test_what_cannot_be_trusted_is_said(visit):
    page = visit.open(URL + "&class=1")
    trust = page.get_by_role("region", name="Can this be trusted")
    expect(trust.get_by_role("note")).to_contain_text("the score of another class")
    expect(trust.get_by_text("up to 25.0 % of a unit leads around the row above")).to_be_visible()
    expect(trust.get_by_text("all paths pass the row above")).to_be_visible()
    expect(trust.get_by_text("2.00 times what those of the published rule take")).to_be_visible()
    expect(trust.get_by_role("img", name="score, units taken away")).to_be_visible()
    expect(trust.get_by_text("keeps 40 of 64 units, 6 of the 8 strongest here")).to_have_count(3)
    expect(trust.get_by_text("fc7 reads 96 channels")).to_be_visible()


def test_units_without_pictures_are_visualized_at_once(visit):
    visit.mock.pace = 0.2
    page = visit.open(URL)
    button = page.get_by_role("button", name="of these units")
    button.click()
    expect(button).to_have_count(0)
    asked = [body["layer"] for path, body in visit.mock.requests if path == "visualizations/batch"]
    assert "fc7" in asked


def test_it_is_found_from_the_header_and_from_the_class(visit):
    page = visit.open("/models/demo/classes/0")
    page.get_by_role("link", name="What its score is made of").click()
    expect(page.get_by_role("form", name="What is taken apart")).to_be_visible()
    visit.until("location.pathname + location.search === '/models/demo/pyramid?class=0'")
    page.get_by_role("navigation", name="Of this model").get_by_role("link", name="Pyramid").click()
    visit.until("location.search === ''")


def test_the_job_of_a_pyramid_leads_to_what_it_found(visit):
    job = pyramids.job(visit.mock.card("demo"), {"clip": "c1", "rows": [["fc7"], ["appearance.conv3", "motion.conv3"]]})
    visit.mock.analyses[job.id], visit.mock.records[job.id] = job, {"state": "finished"}
    page = visit.open("/jobs")
    page.get_by_role("link", name="Pyramid of clip c1").click()
    expect(page.get_by_role("region", name="The pyramid")).to_be_visible()


def test_a_mistake_in_the_address_is_answered_in_words(visit):
    page = visit.open(URL + "&rows=conv9")
    expect(page.get_by_role("alert")).to_contain_text("conv9")


def test_a_node_is_seen_in_the_clip_and_the_maps_that_users_know_beside_it(visit):
    page = visit.open(URL + "&node=conv5_fusion:0")
    panel = page.get_by_role("region", name="The clip")
    over = panel.locator(".pyramid-tube")
    expect(over).to_have_count(2)
    expect(page.get_by_role("img", name="What it gives in 2 parts of the clip: 0, 1.00")).to_be_visible()
    panel.get_by_role("button", name="Nothing").click()
    expect(over).to_have_count(0)
    panel.get_by_role("button", name="Grad-CAM").click()
    expect(over).to_have_count(2)
    expect(panel.get_by_text("each times the mean of its gradient")).to_be_visible()
    panel.get_by_role("button", name="Saliency tube").click()
    expect(panel.get_by_text("each times the weight that the class gives it")).to_be_visible()


def test_all_of_it_is_taken_along_as_one_file(visit):
    page = visit.open(URL)
    button = page.get_by_role("button", name="JSON")
    expect(page.get_by_role("button", name="Grad-CAM")).to_be_visible()
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "demo-pyramid-c0-0.json"
    taken = json.loads(download.value.path().read_text())
    assert Pyramid.model_validate(taken["pyramid"]).clip == "c0"
    assert len(Tubes.model_validate({"tubes": taken["tubes"]}).tubes) == 6


def test_an_address_may_name_a_node_that_is_not_drawn(visit):
    page = visit.open("/models/demo/pyramid?clip=c0&node=conv5_fusion:999")
    expect(page.get_by_role("heading", name="Can this be trusted?")).to_be_visible()
    expect(page.locator(".pyramid")).to_have_attribute("data-lit", "false")


def test_a_selection_is_silenced_and_the_clip_shown_again(visit):
    visit.mock.pace = 0.2
    page = visit.open(URL + "&k=3&node=fc7:1")
    page.get_by_role("button", name="Silence it").click()
    region = page.get_by_role("region", name="The pyramid")
    region.get_by_role("button", name="Unit 0 of conv5_fusion").click(modifiers=["Shift"])
    visit.until("new URLSearchParams(location.search).get('ablate') === 'fc7:1,conv5_fusion:0'")
    expect(region.get_by_role("button", name="Unit 1 of fc7, silenced")).to_be_visible()
    panel = page.get_by_role("region", name="Without some units")
    panel.get_by_role("button", name="Run without 2 units").click()
    row = panel.get_by_role("row", name="applying lipstick")
    expect(row).to_contain_text("90 %")
    expect(row).to_contain_text("70 %")
    expect(panel.get_by_text("the score goes from 8.00 to 6.00")).to_be_visible()
    asked = [body["units"] for path, body in visit.mock.requests if path == "models/demo/ablations"]
    assert asked == [[{"layer": "fc7", "unit": 1}, {"layer": "conv5_fusion", "unit": 0}]]


def test_a_whole_row_is_silenced_by_its_address_and_speaks_again(visit):
    visit.mock.pace = 0.2
    page = visit.open(URL + "&k=2&ablate=fc7:0")
    panel = page.get_by_role("region", name="Without some units")
    panel.get_by_role("button", name="2 units of fc7").click()
    panel.get_by_role("button", name="Run without 2 units").click()
    expect(panel.get_by_role("columnheader", name="Without 2 units")).to_be_visible()
    panel.get_by_role("button", name="Let fc7:1 speak").click()
    expect(panel.get_by_role("button", name="Run without 1 unit")).to_be_visible()
    panel.get_by_role("button", name="All units at work").click()
    visit.until("!location.search.includes('ablate')")


def test_a_unit_that_there_is_not_cannot_be_silenced(visit):
    page = visit.open(URL + "&ablate=fc7:9999")
    expect(page.get_by_role("region", name="Without some units").get_by_role("alert")).to_contain_text("9999")


def test_over_all_clips_of_a_class_it_says_which_they_are_and_how_often_a_unit_is_strong(visit):
    page = visit.open(URL)
    page.get_by_role("combobox", name="Clip").select_option(label="clips of applying lipstick")
    clips = page.get_by_role("region", name="The clips")
    expect(clips).to_contain_text("means over 2 clips, of which 1 is taken for applying lipstick")
    expect(clips.get_by_role("listitem").nth(1)).to_contain_text("taken for applying eye make-up")
    page.get_by_role("region", name="The pyramid").get_by_role("button", name="Unit 1 of fc7").click()
    expect(page.get_by_role("region", name="The node")).to_contain_text("In 50.0 % of the clips")
    clips.get_by_role("link", name="clips/0.mp4").click()
    expect(page.get_by_role("region", name="The clip")).to_be_visible()
    visit.until("new URLSearchParams(location.search).get('clip') === 'c0'")
