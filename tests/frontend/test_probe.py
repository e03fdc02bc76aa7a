"""One's own clip, from the file to the units that answer, in every state."""

import pytest
from playwright.sync_api import expect

from contract.clip import LIMITS
from tests.frontend import probes

pytestmark = pytest.mark.browser

URL = f"/models/demo/probe?clip={probes.READY}"
FILE = {"name": "mine.mp4", "mimeType": "video/mp4", "buffer": b"film" * 100}


def test_a_file_is_brought_and_shown_to_the_network(visit):
    visit.mock.pace = 0.5
    page = visit.open("/models/demo/classes/0")
    page.get_by_role("link", name="Your own clip").click()
    page.get_by_label("Choose a file").set_input_files(FILE)
    expect(page.get_by_role("heading", name="mine.mp4")).to_be_visible()
    assert f"clip={probes.READY}" in page.url
    expect(page.get_by_role("region", name="Classes over time")).to_be_visible()
    page.get_by_role("button", name="Play the clip").click()
    page.get_by_role("button", name="Pause the clip").click()


def test_a_film_on_its_way_is_stopped_and_can_be_sent_again(visit):
    visit.mock.arriving.clear()
    page = visit.open("/models/demo/probe")
    page.get_by_label("Choose a file").set_input_files(FILE)
    region = page.get_by_role("region", name="Bring a clip")
    expect(region.get_by_role("progressbar", name="Part of the file that has gone out")).to_be_visible()
    region.get_by_role("button", name="Stop").click()
    expect(region.get_by_role("alert")).to_have_text("The clip was not brought.")
    visit.mock.arriving.set()
    page.get_by_label("Choose a file").set_input_files(FILE)
    expect(page.get_by_role("heading", name="mine.mp4")).to_be_visible()


HELD = "() => { const held = new DataTransfer(); held.items.add(new File(['film'], 'dropped.mp4')); return held; }"
"""A file that is dragged."""


def test_a_film_is_dropped_on_the_page(visit):
    page = visit.open("/models/demo/probe")
    region = page.get_by_role("region", name="Bring a clip")
    expect(region.get_by_text("at most 200 MB and 60 s")).to_be_visible()
    held = page.evaluate_handle(HELD)
    region.dispatch_event("dragover", {"dataTransfer": held})
    expect(region).to_have_class("probe-drop probe-over")
    region.dispatch_event("dragleave", {"dataTransfer": held})
    expect(region).to_have_class("probe-drop")
    region.dispatch_event("drop", {"dataTransfer": held})
    expect(page.get_by_role("heading", name="dropped.mp4")).to_be_visible()
    assert f"clip={probes.READY}" in page.url


def test_a_film_that_is_dropped_while_another_is_sent_is_left_alone(visit):
    visit.mock.arriving.clear()
    page = visit.open("/models/demo/probe")
    page.get_by_label("Choose a file").set_input_files(FILE)
    region = page.get_by_role("region", name="Bring a clip")
    expect(region.get_by_text("mine.mp4")).to_be_visible()
    region.dispatch_event("drop", {"dataTransfer": page.evaluate_handle(HELD)})
    expect(region).to_have_class("probe-drop")
    expect(region.get_by_text("mine.mp4")).to_be_visible()
    visit.mock.arriving.set()
    expect(page.get_by_role("heading", name="mine.mp4")).to_be_visible()
    assert [path for path, _ in visit.mock.requests] == ["clips"]


def test_an_answer_that_comes_late_does_not_fetch_one_back(visit):
    page = visit.open("/models/demo/probe")
    with visit.late("**/api/v1/clips/surveyed", "POST"):
        page.get_by_role("button", name="Take it").click()
        page.get_by_role("link", name="bowing.mp4").click()
        expect(page.get_by_role("heading", name="bowing.mp4")).to_be_visible()
        page.get_by_role("link", name="Walk").click()
        expect(page.get_by_role("heading", name="Walk")).to_be_visible()
    expect(page.get_by_role("heading", name="Walk")).to_be_visible()
    page = visit.open(URL)
    with visit.late(f"**/api/v1/clips/{probes.READY}", "DELETE"):
        page.get_by_role("button", name="Delete this clip").click()
        page.get_by_role("link", name="Walk").click()
        expect(page.get_by_role("heading", name="Walk")).to_be_visible()
    expect(page.get_by_role("heading", name="Walk")).to_be_visible()


def test_what_the_score_at_a_moment_is_made_of_is_one_click_away(visit):
    page = visit.open(URL)
    page.get_by_role("link", name="What the score of applying lipstick is made of at").click()
    visit.until(f"(new URLSearchParams(location.search).get('clip') ?? '').startsWith('{probes.READY}-')")
    expect(page.get_by_role("combobox", name="Clip")).to_contain_text("bowing.mp4 at")


def test_what_is_too_large_or_empty_is_said_before_it_is_sent(visit):
    visit.mock.brought.limits = LIMITS.model_copy(update={"bytes": 2**20})
    page = visit.open("/models/demo/probe")
    expect(page.get_by_text("at most 1.00 MB and 60 s")).to_be_visible()
    page.get_by_label("Choose a file").set_input_files({**FILE, "buffer": b""})
    expect(page.get_by_role("alert")).to_have_text("mine.mp4 is empty.")
    page.get_by_label("Choose a file").set_input_files({**FILE, "buffer": bytes(3 * 2**20)})
    expect(page.get_by_role("alert")).to_have_text("mine.mp4 has 3.00 MB; at most 1.00 MB are taken.")
    assert [path for path, _ in visit.mock.requests if path == "clips"] == []


def test_a_stretch_is_chosen_asked_for_and_stopped(visit):
    visit.mock.pace = 60.0
    page = visit.open(URL)
    slider = page.get_by_role("slider", name="From")
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    page.get_by_role("button", name="Only this stretch").click()
    visit.until("new URLSearchParams(location.search).get('start') === '1.00'")
    page.get_by_role("button", name="Show it to the network").click()
    panel = page.get_by_role("region", name="This probe")
    expect(panel.get_by_text("of 8")).to_be_visible()
    panel.get_by_role("button", name="Cancel").click()
    expect(panel.get_by_text("Stopped.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("region", name="Classes over time")).to_be_visible()


def test_classes_over_time_and_the_window_that_is_looked_at(visit):
    page = visit.open(URL)
    course = page.get_by_role("region", name="Classes over time")
    expect(course.get_by_role("listitem")).to_have_count(3)
    expect(course.get_by_text("80 %")).to_be_visible()
    window = course.get_by_role("slider", name="Look closely at")
    window.focus()
    window.press("Home")
    expect(course.get_by_text("30 %")).to_be_visible()
    visit.until("new URLSearchParams(location.search).get('at') === '0.4'")


def test_what_the_network_sees_goes_with_the_pages_clock_and_glows(visit):
    page = visit.open(URL + "&frame=4&layer=conv5_fusion")
    sight = page.get_by_role("region", name="What the network sees")
    expect(sight.get_by_role("img", name="motion: what the network sees")).to_have_attribute("data-frame", "4")
    expect(sight.get_by_role("img", name="looks at")).to_have_count(2)
    units = page.get_by_role("region", name="Units that fire most")
    expect(units).to_contain_text("of layer conv5_fusion")
    expect(units.get_by_text("2.97")).to_be_visible()
    page.get_by_role("button", name="One frame back").click()
    expect(units.get_by_text("2.73")).to_be_visible()  # 3 sin(4 pi / 11); at frames 4 and 5 it is the same
    visit.until("new URLSearchParams(location.search).get('frame') === '3'")
    units.get_by_role("button", name="Where Unit 1 fires").click()
    expect(sight.get_by_role("img", name="Where the unit fires").first).to_have_attribute("data-ready", "true")
    visit.until("new URLSearchParams(location.search).get('glow') === 'conv5_fusion:1'")
    visit.until("document.querySelector('.probe-tube').getContext('2d').getImageData(3, 3, 1, 1).data[3] > 0")
    expect(units.get_by_role("link", name="Unit 1").first).to_have_attribute(
        "href", "/models/demo/layers/conv5_fusion/units/1"
    )


def test_the_classes_are_told_from_other_units(visit):
    page = visit.open(URL)
    units = page.get_by_role("region", name="Units that fire most")
    expect(units).to_contain_text("The units of fc8 are the classes themselves, and what they reach are logits")
    expect(units.get_by_role("heading", level=3)).to_have_text(
        ["applying lipstick", "applying eye make-up", "playing cello"]
    )
    expect(units.get_by_role("combobox", name="Layer")).to_have_value("fc8")


def test_units_are_silenced_and_it_runs_again(visit):
    visit.mock.pace = 0.5
    page = visit.open(URL + "&layer=conv5_fusion")
    units = page.get_by_role("region", name="Units that fire most")
    expect(units.get_by_role("button", name="Run without")).to_have_count(0)
    units.get_by_role("checkbox", name="Silent Unit 1").check()
    units.get_by_role("button", name="Run without 1 unit").click()
    course = page.get_by_role("region", name="Classes over time")
    expect(course.get_by_text("53 %")).to_be_visible()
    expect(course.locator("s", has_text="80 %")).to_be_visible()
    asked = [body["ablate"] for path, body in visit.mock.requests if path == "models/demo/probes"]
    assert asked == [[{"layer": "conv5_fusion", "unit": 1}]]
    page.get_by_role("button", name="All units at work").click()
    expect(course.locator("s")).to_have_count(0)


def test_the_job_of_a_probe_leads_to_what_it_found(visit):
    units = [{"layer": "conv5_fusion", "unit": 1}, {"layer": "fc7", "unit": 0}]
    wanted = {"clip": probes.READY, "start": 1, "end": 3, "at": 2, "ablate": units}
    job = probes.job(visit.mock.card("demo"), wanted)
    visit.mock.analyses[job.id], visit.mock.records[job.id] = job, {"state": "finished"}
    page = visit.open("/jobs")
    page.get_by_role("link", name=f"Probe of {probes.NAMES[probes.READY]}").click()
    expect(page.get_by_role("region", name="Classes over time")).to_be_visible()
    expect(page.get_by_role("group", name="Silenced units")).to_contain_text("Silent: conv5_fusion:1, fc7:0")


def test_a_clip_is_deleted_and_its_address_says_so(visit):
    page = visit.open(URL)
    page.get_by_role("button", name="Delete this clip").click()
    expect(page.get_by_text("No other clip is here.")).to_be_visible()
    page = visit.open(URL)
    expect(page.get_by_role("alert")).to_contain_text("it was deleted, it has expired")
    page.get_by_role("link", name="Bring another clip").click()
    expect(page.get_by_role("region", name="Bring a clip")).to_be_visible()


def test_a_refused_clip_says_what_is_allowed_and_a_waiting_one_for_what_it_waits(visit):
    page = visit.open(f"/models/demo/probe?clip={probes.REFUSED}")
    expect(page.get_by_role("alert")).to_contain_text("600 s or more; at most 60 s are allowed")
    page = visit.open(f"/models/demo/probe?clip={probes.CHECKING}")
    expect(page.get_by_text("A worker looks whether")).to_be_visible()
    visit.mock.workers.clear()
    page = visit.open(f"/models/demo/probe?clip={probes.CHECKING}")
    expect(page.get_by_text("No worker is running, so it waits")).to_be_visible()


def test_a_clip_of_the_model_is_taken(visit):
    page = visit.open("/models/demo/probe")
    form = page.get_by_role("form", name="A clip of the model's set")
    form.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("region", name="Classes over time")).to_be_visible()
    (asked,) = [body for path, body in visit.mock.requests if path == "clips/surveyed"]
    assert asked["model"] == "demo"
