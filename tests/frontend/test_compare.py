"""Units side by side, laid over, and subtracted."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.frontend import pictures
from tests.frontend.test_player import shown as shown_in_trio
from tests.frontend.test_player import stored

TWO = "/compare?u=demo:conv5_fusion:1&u=demo:conv5_fusion:2"
LAYER = 7 * sum(map(ord, "conv5_fusion"))

pytestmark = pytest.mark.browser


def pixels(page, selector: str) -> np.ndarray:
    read = "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
    return np.array(page.query_selector(selector).evaluate(read), np.uint8).reshape(112, 112, 4)[..., :3]


def ready(visit, path, count):
    page = visit.open(path)
    visit.until(f"document.querySelectorAll('.column canvas[data-ready=true]').length === {count}")
    return page


def test_all_columns_show_the_same_frame(visit):
    page = ready(visit, TWO + "&frame=3", 6)
    page.keyboard.press(".")
    page.wait_for_timeout(80)
    frames = {c.get_attribute("data-frame") for c in page.query_selector_all(".column canvas")}
    assert frames == {"0", "4"}  # appearance has one frame
    assert "frame=4" in page.url


def test_the_difference_is_that_of_the_data(visit):
    page = ready(visit, TWO + "&mode=difference&frame=3", 9)
    a, b = (stored(pictures.motion(LAYER + n, side=112, slow=False, scale=4.0), 3).astype(float) for n in (1, 2))
    d = ((a - b) / 127 * 4.0)[..., :2] / 3.9  # both fast clips share the scale of 3.9
    expected = 128 + 127 * np.stack([d[..., 0], d[..., 1], np.hypot(d[..., 0], d[..., 1])], axis=-1)
    got = pixels(page, ".column:nth-child(3) figure:nth-of-type(3) canvas").astype(float)
    # the difference is kept in 8 bits at twice the scale: half a step is 4 / 127 px, about one level of 3.9 px
    assert np.abs(got - expected.clip(0, 255)).max() <= 3


def test_a_unit_is_taken_out_and_another_added(visit):
    page = ready(visit, TWO, 6)
    page.get_by_role("link", name="Take Unit 1 out").click()
    expect(page.locator(".column")).to_have_count(1)
    page.locator("select[name=layer]").select_option("motion.conv3")
    page.get_by_label("Unit", exact=True).fill("5")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".column")).to_have_count(2)
    page.go_back()
    expect(page.locator(".column")).to_have_count(1)


def test_only_units_that_there_are_are_proposed(visit):
    page = ready(visit, TWO, 6)
    layer, unit = page.locator("select[name=layer]"), page.get_by_label("Unit", exact=True)
    for path, units in ("conv5_fusion", 64), ("fc8", 12):
        layer.select_option(path)
        expect(unit).to_have_attribute("max", str(units - 1))


def test_networks_of_different_kinds(visit):
    page = visit.open("/compare?u=demo:conv5_fusion:1&u=clip3d:head:0")
    page.get_by_role("button", name="Visualize 3 missing").click()
    visit.until("document.querySelectorAll('.column canvas[data-ready=true]').length === 6")
    expect(page.get_by_text("what it sees as RGB clips is shown as it is")).to_be_visible()
    expect(page.get_by_role("region", name="of conv5_fusion")).to_contain_text("flow, 10 frames at 25 fps")
    expect(page.get_by_role("region", name="of head")).to_contain_text("RGB, 8 frames at 12.5 fps")
    page.get_by_role("button", name="With difference").click()
    difference = page.get_by_role("region", name="Difference")
    expect(difference.get_by_text("One is flow, the other RGB")).to_have_count(2)
    expect(page.get_by_role("combobox", name="Layer")).to_have_value("head")


def test_a_name_that_is_unknown_is_said_in_its_column(visit):
    page = visit.open("/compare?u=demo:conv5_fusion:1&u=demo:conv5_fusoin:2")
    expect(page.get_by_text("There is no layer 'conv5_fusoin'")).to_be_visible()
    expect(page.locator(".column canvas").first).to_be_visible()


def test_motion_over_appearance(visit):
    page = visit.open("/models/demo/layers/conv5_fusion/units/2?frame=3")
    visit.until("document.querySelectorAll('.trio canvas[data-ready=true]').length === 3")
    beside, look = shown_in_trio(page, 1).astype(int), shown_in_trio(page, 0).astype(float)
    page.locator("select[name=over]").select_option("over")
    page.wait_for_timeout(300)
    over = shown_in_trio(page, 1).astype(int)
    strip = pictures.motion(LAYER + 2, side=112, slow=True, scale=4.0)
    u, v = ((stored(strip, 3)[..., i].astype(float) - 128) / 127 * 4.0 / 3.9 for i in (0, 1))
    share = np.minimum(1, 1.25 * np.hypot(u, v))[..., None]
    grey = (look @ np.array([0.3, 0.59, 0.11]))[..., None]
    assert np.abs(over - (grey * (1 - share) + beside * share)).max() <= 1.01
