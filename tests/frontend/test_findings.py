"""What surveys of clips say, on the pages of the model that was analysed and on no other."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

UNIT = "/models/demo/layers/conv5_fusion/units/2"


def test_a_unit_shows_the_clips_that_excite_it_and_where(visit):
    page = visit.open(UNIT)
    found = page.get_by_role("region", name="What clips say of it")
    expect(found.locator(".example")).to_have_count(3)
    expect(found.locator(".example-box rect")).to_have_count(3)
    expect(found.get_by_text("taken for")).to_have_count(1)
    found.get_by_role("button", name="motion", exact=True).click()
    expect(found.get_by_role("button", name="motion", exact=True)).to_have_attribute("aria-pressed", "true")
    found.get_by_role("button", name="Share in the logit").click()
    expect(found.locator(".signed-less")).to_have_count(1)
    expect(found.get_by_text("It needs both.")).to_be_visible()
    found.get_by_role("link", name="Unit 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unit 1")
    assert visit.complaints == []


def test_a_unit_is_said_in_one_line(visit):
    page = visit.open(UNIT)
    said = "On clips: answers to many classes, most to applying lipstick, needs both inputs, minds speed"
    expect(page.locator(".heading-note")).to_contain_text(said)


def test_a_model_that_was_not_analysed_has_no_such_part(visit):
    page = visit.open("/models/clip3d/layers/head/units/1")
    page.wait_for_timeout(500)
    expect(page.get_by_text("What clips say of it")).to_have_count(0)
    page = visit.open("/models/clip3d")
    page.wait_for_timeout(300)
    page = visit.open("/models/clip3d/findings")
    expect(page.get_by_text("./kinetoscope analyse clip3d CLIPS")).to_have_count(1)
    expect(page.get_by_text("KINETOSCOPE_CLIPS")).to_be_visible()
    expect(page.get_by_role("button", name="Compute Optima of 4 units per layer")).to_be_visible()


def test_an_analysis_is_asked_for_watched_and_stopped(visit):
    visit.mock.pace = 30.0
    page = visit.open("/models/demo/findings")
    page.get_by_role("button", name="Compute Drawn clips").click()
    panel = page.get_by_role("region", name="Compute findings")
    expect(panel.get_by_text("clips: 1 of 8, 60 s left")).to_be_visible()
    assert visit.mock.requests[-1] == ("models/demo/findings/analyses", {"what": "clips", "clips": "drawn"})
    page = visit.open("/jobs")
    row = page.get_by_role("listitem").filter(has_text="Drawn clips")
    expect(row.get_by_text("of 8")).to_be_visible()
    row.get_by_role("button", name="Cancel Drawn clips").click()
    expect(page.get_by_role("button", name="Retry Drawn clips")).to_be_visible()
    row.get_by_role("link", name="Drawn clips").click()
    expect(page.get_by_text("Stopped. What was found so far is kept.")).to_be_visible()
    visit.mock.pace = 0.5
    page.get_by_role("button", name="Compute Drawn clips").click()
    expect(page.get_by_text("Compute again")).to_be_visible()


def test_why_one_clip_is_taken_for_one_class_and_not_the_other(visit):
    page = visit.open("/models/demo/classes/0/against/1")
    why = page.get_by_role("region", name="Why one clip")
    expect(why.get_by_role("button", name="taken for")).to_have_count(1)
    expect(why.get_by_role("button", name="nearly")).to_have_count(1)
    expect(why.get_by_text("2 clips of the set are taken for one of the two")).to_be_visible()
    expect(why.get_by_text("− 1.00")).to_be_visible()
    expect(why.get_by_role("link", name="Unit 9").first).to_have_attribute("href", "/models/demo/layers/fc6/units/9")
    why.get_by_role("button", name="nearly").click()
    expect(why.get_by_role("button", name="nearly")).to_have_attribute("aria-pressed", "true")
    expect(why.get_by_text("clips/2.mp4")).to_be_visible()
    why.get_by_role("button", name="Visualize these units").first.click()
    visit.until("true")
    assert visit.mock.requests[-1][1]["units"] == [0, 2, 3] or visit.mock.requests[-1][1]["units"] == [9, 3]


def test_from_the_matrix_to_the_pair_and_its_units(visit):
    page = visit.open("/models/demo")
    page.get_by_role("link", name="Findings").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Findings")
    expect(page.get_by_role("img", name="invariance over depth").first).to_be_visible()
    expect(page.get_by_role("img", name="Invariance to chi over depth").first).to_be_visible()
    page.locator(".matrix td a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" and ")
    expect(page.get_by_text("3 clips of one were taken for the other.")).to_be_visible()
    expect(page.get_by_text("3.00 → 1.00")).to_be_visible()
    expect(page.get_by_role("img", name="Difference of motion")).to_be_visible()
    page.get_by_role("combobox", name="against").select_option("2")
    expect(page.get_by_text("has no clips in the set")).to_be_visible()
    assert visit.complaints == []


def test_a_class_shows_what_it_is_taken_for(visit):
    page = visit.open("/models/demo/classes/0")
    found = page.get_by_role("region", name="What clips say of it")
    expect(found.get_by_text("Named right: 4 of 6")).to_be_visible()
    expect(found.get_by_role("img", name="Where its")).to_have_count(4)
    found.get_by_role("link", name="taken for").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" and ")


def test_units_can_be_sorted_by_what_was_found(visit):
    page = visit.open("/models/demo/layers/conv5_fusion")
    choice = page.get_by_role("combobox", name="Sort by")
    expect(choice.locator("option[value=selectivity]")).to_have_count(1)
    expect(choice.locator("option[value='share.motion']")).to_have_text("share of motion")
    expect(choice.locator("option[value='profile.1']")).to_have_text("applying eye make-up")
    choice.select_option("selectivity")
    visit.until("location.search.includes('sort=selectivity')")
    expect(page.locator(".virtual .tile-words .figures").first).to_have_text("0.63")
    page = visit.open("/models/demo/layers/motion.conv3")
    expect(page.locator("select[name=sort] option[value=invariance]")).to_have_count(1)
    expect(page.locator("select[name=sort] option[value=joint]")).to_have_count(0)


def test_units_can_be_chosen_by_what_was_found(visit):
    page = visit.open("/models/demo/layers/conv5_fusion")
    page.get_by_role("combobox", name="Where").select_option("invariance")
    page.get_by_label("from", exact=True).fill("0.2")
    page.get_by_label("to", exact=True).fill("0.25")
    page.get_by_label("to", exact=True).press("Enter")
    page.get_by_role("button", name="Smallest first").click()
    expect(page.locator(".virtual > li").first).to_have_attribute("aria-setsize", "6")
    expect(page.locator(".virtual .tile-words b").first).to_contain_text("Unit 25")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".virtual > li").first).to_have_attribute("aria-setsize", "6")
    expect(other.get_by_label("from", exact=True)).to_have_value("0.2")
    other.close()
    page.get_by_label("from", exact=True).fill("3")
    page.get_by_label("from", exact=True).press("Enter")
    expect(page.get_by_text("No unit of this layer lies within.")).to_be_visible()


def test_the_motion_of_an_optimum_is_mapped_where_it_is(visit):
    page = visit.open("/about")
    found = page.evaluate(
        """async () => {
          const {energy} = await import('/js/findings/energy.js');
          const still = new Uint32Array(64 * 64).fill(0xff808080);
          const moving = still.slice();
          for (let y = 32; y < 48; y++) for (let x = 0; x < 16; x++) moving[64 * y + x] = 0xff8080c0;
          const strip = {width: 64, height: 64, frames: [still, moving]};
          return [true, false].map((isMotion) => energy(strip, isMotion));
        }"""
    )
    for rows in found:
        assert [rows[20][3], rows[16][0], rows[23][7]] == [1, 1, 1]
        assert [rows[15][3], rows[24][3], rows[20][8]] == [0, 0, 0]


def test_a_pair_whose_optima_are_computed_shows_where_these_differ(visit):
    page = visit.open("/models/demo/classes/0/against/1")
    expect(page.get_by_role("img", name="Difference of the slow optima's motion")).to_be_visible()
    assert visit.complaints == []


def test_the_strongest_clip_stands_beside_the_triplet(visit):
    page = visit.open("/models/demo/layers/conv5_fusion/units/2")
    clip = page.get_by_label("Its strongest clip")
    expect(clip.locator("canvas[data-ready=true]")).to_have_count(1)
    expect(clip).to_contain_text("applying lipstick")
    expect(clip.locator(".example-box")).to_have_count(1)
    page = visit.open("/models/clip3d/layers/head/units/1")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_label("Its strongest clip")).to_have_count(0)
