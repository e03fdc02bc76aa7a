"""From a click to a picture, and every state on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.frontend.mock import VARIANTS, fixed

LAYER = "/models/demo/layers/conv5_fusion"

HEARD = "import('/js/events.js').then(({changes}) => changes.value.jobs)"
"""How many changes of the queue the page has heard of."""

pytestmark = pytest.mark.browser


def test_a_newcomer_gets_from_the_first_page_to_a_new_triplet(visit):
    page = visit.open("/")
    page.get_by_role("link", name="Demo two-stream fusion").click()
    page.get_by_role("link", name="conv5_fusion 64").click()
    page.get_by_role("link", name="Unit 20 slow motion").click()
    expect(page.get_by_role("heading", name="Unit 20")).to_be_focused()
    page.get_by_role("button", name="Visualize", exact=True).first.click()
    page.wait_for_selector(".preview")
    expect(page.locator(".trio progress").first).to_be_visible()
    visit.until("document.querySelectorAll('.trio canvas[data-ready=true]').length === 3")
    expect(page.locator(".reached").first).to_contain_text("Activation")
    page.go_back()
    expect(page.get_by_role("link", name="Unit 20 slow motion, Finished")).to_be_visible()


def test_a_preview_that_is_gone_is_no_broken_picture(visit):
    page = visit.open("/")
    page.route("**/preview.webp*", lambda route: route.fulfill(status=404))
    page.goto(page.url.rstrip("/") + LAYER + "/units/6")
    expect(page.get_by_text("Starting…").first).to_be_visible()
    expect(page.locator(".preview")).to_have_count(0)


def test_tiles_say_their_state(visit):
    page = visit.open(LAYER)
    for unit, state in (
        (2, "Finished"),
        (6, "Running, 38 %"),
        (7, "Queued, 3rd"),
        (8, "Failed"),
        (9, "Dead unit"),
        (10, "Not computed"),
    ):
        expect(page.get_by_role("link", name=f"Unit {unit} slow motion, {state}")).to_be_visible()


def test_what_is_done_before_the_first_step_is_told(visit):
    page = visit.open(LAYER + "/units/6")
    expect(page.get_by_text("step 60 of 160").first).to_be_visible()
    (identity,) = [each for each, spec in visit.mock.specs.items() if (spec.unit, spec.parameters.chi) == (6, 10)]
    visit.mock.tell("progress", identity, step=12, steps=64, phase="measuring the activation scale on noise")
    expect(page.get_by_text("measuring the activation scale on noise, 12 of 64").first).to_be_visible()
    visit.mock.tell("progress", identity, step=0, steps=0, phase="building the network")
    expect(page.get_by_text("building the network").first).to_be_visible()
    visit.mock.tell("progress", identity, step=1, steps=160, phase="")
    expect(page.get_by_text("step 1 of 160").first).to_be_visible()


def test_an_event_that_overtakes_the_answer_is_not_lost(visit):
    with visit.late(f"**/api/v1{LAYER}/units/6*") as answers:
        visit.open(LAYER + "/units/6")
        visit.until(lambda: answers and visit.mock.listeners)
        for variant in ("slow", "fast"):
            identity = visit.mock.spec("demo", "conv5_fusion", 6, VARIANTS[variant]).id
            visit.mock.records[identity] = {"state": "finished"}
            visit.mock.tell("finished", identity)
        visit.until(f"{HEARD}.then((heard) => heard === 2)")
    visit.until("document.querySelectorAll('.trio canvas[data-ready=true]').length === 3")


def test_jobs_are_listed_while_others_come_and_go_and_answers_take_long(visit):
    page, held = visit.page, []
    page.clock.install()
    visit.open("/jobs")
    expect(page.locator(".job")).to_have_count(6)
    visit.until(lambda: visit.mock.listeners)
    visit.mock.records[visit.mock.spec("demo", "conv5_fusion", 30, VARIANTS["slow"]).id] = fixed("running")

    def go_on() -> None:
        heard = page.evaluate(HEARD)
        visit.mock.tell("queued", "another")
        visit.until(f"{HEARD}.then((now) => now > {heard})")
        page.clock.run_for(300)

    page.route(re.compile("/jobs.state=running&limit=20"), lambda route: held.append(route))
    visit.until(lambda: go_on() or len(held) > 1)
    held[0].continue_()
    visit.until(lambda: go_on() or page.locator(".job").count() == 7)


def test_computing_what_a_layer_lacks(visit):
    page = visit.open(LAYER)
    page.get_by_role("button", name="Compute 24 missing").click()
    visit.until("document.querySelectorAll('.tile canvas').length >= 20")
    path, body = visit.mock.requests[-1]
    assert path == "visualizations/batch"
    assert body["units"] == list(range(10, 34))
    assert body["variants"] == ["slow", "fast"]


def test_what_was_sent_of_a_layer_is_not_taken_for_sent_of_the_next(visit):
    page = visit.open(LAYER)
    page.get_by_role("button", name="Compute 24 missing").click()
    page.get_by_role("link", name="fc6 →").click()
    page.get_by_role("button", name="Compute 24 missing").click()
    visit.until(lambda: len(visit.mock.requests) == 2)
    asked = [(body["layer"], body["units"]) for _, body in visit.mock.requests]
    assert asked == [("conv5_fusion", list(range(10, 34))), ("fc6", list(range(6, 30)))]


def test_a_job_can_be_canceled_and_asked_for_again(visit):
    visit.mock.pace = 30
    page = visit.open(LAYER + "/units/20")
    page.get_by_role("button", name="Visualize", exact=True).first.click()
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("Canceled").first).to_be_visible()
    visit.mock.pace = 0.5
    page.get_by_role("button", name="Visualize", exact=True).first.click()
    page.wait_for_selector(".trio canvas")


def test_a_failure_gives_its_reason_and_another_try(visit):
    page = visit.open(LAYER + "/units/8")
    expect(page.get_by_text("ran out of memory").first).to_be_visible()
    page.get_by_role("button", name="Try again").first.click()
    page.wait_for_selector(".trio canvas")


def test_a_dead_unit_says_so(visit):
    page = visit.open(LAYER + "/units/9")
    expect(page.get_by_text("It never fired").first).to_be_visible()
    expect(page.get_by_role("button", name="Visualize")).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("running", "step 60 of 160"),
        ("queued", "Queued, 3rd in line"),
        ("failed", "ran out of memory"),
        ("canceled", "Canceled"),
    ],
)
def test_a_class_says_its_state(visit, state, said):
    for variant in VARIANTS.values():
        visit.mock.records[visit.mock.spec("demo", "fc8", 0, variant).id] = fixed(state)
    page = visit.open("/models/demo/classes/0")
    expect(page.get_by_text(said).first).to_be_visible()


def test_a_comparison_says_the_state_of_each(visit):
    units = "&".join(f"u=demo:conv5_fusion:{unit}" for unit in (6, 7, 8, 9, 20))
    page = visit.open(f"/compare?{units}")
    for said in ("step 60 of 160", "Queued, 3rd in line", "ran out of memory", "It never fired", "Not computed yet"):
        expect(page.get_by_text(said).first).to_be_visible()
    expect(page.get_by_role("button", name="Visualize 4 missing")).to_be_visible()


def test_a_walk_says_the_state_of_each_and_leaves_the_dead_out(visit):
    page = visit.open("/models/demo/walk?from=6")
    page.get_by_role("heading", name="conv5_fusion").scroll_into_view_if_needed()
    for unit, said in ((6, "Running, 38 %"), (7, "Queued, 3rd"), (8, "Failed"), (10, "Not computed")):
        tile = page.locator(".walk-slow").get_by_role("link", name=re.compile(f"^{unit} slow motion, {said}"))
        expect(tile).to_be_visible()
    expect(page.locator("a[href*='conv5_fusion/units/9']")).to_have_count(0)


@pytest.mark.parametrize(("which", "said"), [("outdated", "Of other weights."), ("older", "Of an older version.")])
def test_a_result_of_before_says_so_and_is_made_anew(visit, which, said):
    ids = getattr(visit.mock, which)
    page = visit.open(f"{LAYER}/units/2?set={','.join(ids)}")
    expect(page.locator(".notice-old")).to_contain_text(said)
    visit.until("document.querySelectorAll('.trio canvas[data-ready=true]').length === 3")
    page.get_by_role("button", name="Make them anew").click()
    expect(page.locator(".notice-old")).to_have_count(0)
    assert not any(identity in page.url for identity in ids)


def test_what_is_made_anew_does_not_fetch_one_back_to_it(visit):
    page = visit.open(f"{LAYER}/units/2?set={','.join(visit.mock.outdated)}")
    with visit.late("**/api/v1/visualizations", "POST") as answers:
        page.get_by_role("button", name="Make them anew").click()
        page.get_by_role("link", name="Next unit, 3").click()
        expect(page.get_by_role("heading", name="Unit 3")).to_be_visible()
        visit.until(lambda: len(answers) == 2)
    expect(page.get_by_role("heading", name="Unit 3")).to_be_visible()
    assert "set=" not in page.url


def test_settings_that_were_sent_do_not_follow_one_to_the_next_unit(visit):
    page = visit.open(f"{LAYER}/units/2")
    with visit.late("**/api/v1/visualizations", "POST") as answers:
        page.locator("input[name=seed]").fill("3")
        page.get_by_role("button", name="Visualize with these").click()
        page.get_by_role("link", name="Next unit, 3").click()
        expect(page.get_by_role("heading", name="Unit 3")).to_be_visible()
        visit.until(lambda: len(answers) == 2)
    assert "seed=" not in page.url


def test_runs_of_another_unit_are_not_shown_as_those_of_this_one(visit):
    page = visit.open(f"{LAYER}/units/20?set={','.join(visit.mock.outdated)}")
    expect(page.get_by_role("button", name="Visualize", exact=True).first).to_be_visible()
    expect(page.locator(".trio canvas")).to_have_count(0)


def test_no_worker_is_said_on_every_page(visit):
    visit.mock.workers = []
    for path in ("/", LAYER, "/jobs"):
        page = visit.open(path)
        expect(page.get_by_text("No worker is running.").first).to_be_visible()


def test_a_disk_that_is_nearly_full_is_said_on_every_page(visit):
    visit.mock.disk = "The disk of the data folder has 7 MB left."
    for path in ("/", LAYER, "/jobs"):
        page = visit.open(path)
        expect(page.get_by_role("status").filter(has_text="No room for new pictures. The disk")).to_be_visible()


def test_an_unknown_name_leads_to_the_nearest(visit):
    page = visit.open("/models/demo/layers/conv5_fusoin")
    expect(page.get_by_role("heading", name="Unknown layer")).to_be_visible()
    page.get_by_role("link", name="conv5_fusion").first.click()
    page.wait_for_selector(".tile")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/models/50%", "There is no model '50%'."),
        ("/pyramids?p=demo:50%25", "should match pattern"),
        ("/compare?u=demo:50%25:1", "There is no layer"),
    ],
)
def test_an_address_that_cannot_be_decoded_is_told_what_there_is(visit, path, said):
    page = visit.open(path)
    expect(page.get_by_role("alert").first).to_contain_text(said)


def test_a_unit_out_of_range_is_told_the_range(visit):
    page = visit.open(LAYER + "/units/64")
    expect(page.get_by_text("numbered 0 to 63")).to_be_visible()


def test_other_settings_make_another_triplet_with_its_own_address(visit):
    page = visit.open(LAYER + "/units/2")
    page.get_by_text("other settings").click()
    page.get_by_label("kappa").fill("3")
    page.get_by_role("button", name="Visualize with these").click()
    page.wait_for_url("**set=*")
    visit.until("document.querySelectorAll('.trio canvas').length === 3")
    sent = [body["parameters"] for path, body in visit.mock.requests if path == "visualizations"]
    in_order = sorted(sent, key=lambda parameters: parameters["chi"])  # sent at once: either may come first
    assert in_order == [{"chi": 0, "still": False, "kappa": 3}, {"chi": 10, "still": False, "kappa": 3}]
    page.get_by_role("button", name="Back to the default settings").click()
    visit.until("!location.search.includes('set=')")


def test_another_seed_is_an_address(visit):
    page = visit.open(LAYER + "/units/2")
    page.locator("input[name=seed]").fill("3")
    page.get_by_role("button", name="Visualize with these").click()
    page.wait_for_url("**seed=3*")
    visit.until("document.querySelectorAll('.trio canvas').length === 3")


def test_speeds_between_are_computed_on_demand(visit):
    page = visit.open(LAYER + "/units/2?chi=7")
    page.wait_for_selector(".speed-chosen")
    page.get_by_role("button", name="Compute 3 missing").click()
    visit.until("document.querySelectorAll('.speed canvas').length === 6")


def test_the_queue_shows_jobs_and_cancels_them(visit):
    page = visit.open("/jobs")
    expect(page.locator(".job")).to_have_count(6)
    page.get_by_role("button", name="Cancel Unit 7 of conv5_fusion, slow motion").click()
    expect(page.get_by_role("heading", name="Canceled")).to_be_visible()


def test_all_that_is_queued_is_canceled_at_once_when_one_says_so_twice(visit):
    for unit in range(30, 33):
        visit.mock.records[visit.mock.spec("demo", "fc6", unit, {}).id] = {"state": "queued", "position": unit}
    page = visit.open("/jobs")
    page.get_by_role("button", name="Cancel all queued").click()
    dialog = page.get_by_role("dialog", name="Cancel all that is queued?")
    dialog.get_by_role("button", name="Keep them").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Queued 5")).to_be_visible()
    page.get_by_role("button", name="Cancel all queued").click()
    dialog.get_by_role("button", name="Cancel 5 jobs").click()
    expect(page.get_by_text("Nothing is queued.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel all queued")).to_have_count(0)


def test_a_lost_server_is_said(visit):
    page = visit.open("/")
    page.context.set_offline(True)
    page.get_by_role("link", name="Classes").first.click()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    visit.complaints.clear()


def test_jobs_are_called_by_what_they_are_about(visit):
    visit.mock.records[visit.mock.spec("demo", "fc8", 2, {"chi": 0.0}).id] = {"state": "failed", "error": "No."}
    page = visit.open("/jobs")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="playing cello"))
    expect(row).to_contain_text("demo · unit 2 of fc8 · Fast motion · seed 0")
    expect(row.get_by_role("button", name="Retry playing cello, fast motion")).to_be_visible()
    expect(page.get_by_role("link", name="Unit 8 of conv5_fusion").first).to_be_visible()


def test_a_list_of_jobs_says_how_many_there_are_in_all(visit):
    for unit in range(30, 60):
        visit.mock.records[visit.mock.spec("demo", "fc6", unit, {}).id] = {"state": "queued", "position": unit}
    page = visit.open("/jobs?state=queued")
    expect(page.get_by_role("heading", name="Queued 32")).to_be_visible()
    expect(page.locator(".job")).to_have_count(20)
