"""The player: exact pixels, exact frames, one clock."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from contract import strip
from tests.frontend import pictures

UNIT = "/models/demo/layers/conv5_fusion/units/2"
PIXELS = """canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)"""

pytestmark = pytest.mark.browser


def ready(visit, path=UNIT + "?frame=3"):
    page = visit.open(path)
    visit.until("document.querySelectorAll('.trio canvas[data-ready=true]').length === 3")
    return page


def shown(page, place: int) -> np.ndarray:
    canvas = page.query_selector_all(".trio canvas")[place]
    width, height = canvas.get_attribute("width"), canvas.get_attribute("height")
    return np.array(canvas.evaluate(PIXELS), np.uint8).reshape(int(height), int(width), 4)[..., :3]


def stored(file: bytes, frame: int) -> np.ndarray:
    pixels = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
    return pixels[:, frame * 112 : (frame + 1) * 112]


def unit_number() -> int:
    return 2 + 7 * sum(map(ord, "conv5_fusion"))


def test_appearance_is_shown_pixel_for_pixel(visit):
    page = ready(visit)
    file = pictures.colour(unit_number(), side=112, turn=0.2)
    assert np.array_equal(shown(page, 0), stored(file, 0))


@pytest.mark.parametrize("place", [1, 2])
def test_motion_is_u_v_magnitude_on_one_scale(visit, place):
    page = ready(visit)
    file = pictures.motion(unit_number(), side=112, slow=place == 1, scale=4.0)
    data = stored(file, 3).astype(float)
    u, v = ((data[..., i] - 128) / 127 * 4.0 / 3.9 for i in (0, 1))  # both clips share the fast one's peak, 3.9
    expected = (128 + 127 * np.stack([u, v, np.hypot(u, v)], axis=-1)).clip(0, 255)
    assert np.abs(shown(page, place) - expected).max() <= 1


def test_own_scale_fills_the_range(visit):
    page = ready(visit)
    before = shown(page, 1).astype(int)
    page.locator("select[name=scale]").select_option("own")
    page.wait_for_timeout(100)
    assert np.abs(shown(page, 1).astype(int) - 128).max() > np.abs(before - 128).max()


@pytest.mark.parametrize("colouring", ["wheel", "blueyellow", "magnitude", "arrows"])
def test_other_colourings_change_the_motion_and_leave_the_appearance(visit, colouring):
    page = ready(visit)
    look, motion = shown(page, 0), shown(page, 1)
    page.locator("select[name=colouring]").select_option(colouring)
    page.wait_for_timeout(150)
    assert np.array_equal(shown(page, 0), look)
    changed = shown(page, 1)
    assert changed.shape != motion.shape or not np.array_equal(changed, motion)


@pytest.mark.parametrize("colouring", ["uvm", "wheel", "blueyellow", "magnitude"])
def test_files_of_the_server_are_what_the_page_shows(visit, colouring):
    page = ready(visit)
    page.locator("select[name=colouring]").select_option(colouring)
    page.wait_for_timeout(150)
    url = page.get_by_role("link", name="PNG of motion, this frame").get_attribute("href")
    assert "frame=3" in url
    file = page.request.get(visit.base + url.replace("zoom=2", "zoom=1")).body()
    pixels = np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).astype(int)
    assert np.abs(pixels - shown(page, 1)).max() <= 1


def test_all_players_show_the_same_frame(visit):
    page = ready(visit)
    for key, frame in ((".", 4), (".", 5), (",", 4)):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        frames = {canvas.get_attribute("data-frame") for canvas in page.query_selector_all(".trio canvas")[1:]}
        assert frames == {str(frame)}
    assert "frame=4" in page.url


def test_a_link_opens_at_its_frame_and_a_playing_page_has_none(visit):
    page = ready(visit, UNIT + "?frame=7")
    assert page.query_selector_all(".trio canvas")[1].get_attribute("data-frame") == "7"
    page.keyboard.press("Space")
    visit.until("!location.search.includes('frame')")
    page.keyboard.press("Space")
    visit.until("location.search.includes('frame')")


def test_a_unit_plays_by_itself(visit):
    page = ready(visit, UNIT)
    page.get_by_role("button", name="Pause all").wait_for()


@pytest.mark.parametrize("options", [{"reduced_motion": "reduce"}])
def test_reduced_motion_starts_still(visit):
    page = ready(visit, UNIT)
    page.get_by_role("button", name="Play all").wait_for()


def test_a_tile_plays_while_it_is_looked_at(visit):
    page = visit.open("/models/demo/layers/conv5_fusion")
    page.wait_for_selector(".tile canvas")
    page.hover(".tile >> nth=1")
    visit.until("document.querySelectorAll('.tile canvas')[1].dataset.frame != 5")
    assert page.query_selector_all(".tile canvas")[2].get_attribute("data-frame") == "5"


def test_the_bar_plays_all_tiles(visit):
    page = visit.open("/models/demo/layers/conv5_fusion")
    page.wait_for_selector(".tile canvas")
    page.get_by_role("button", name="Play all").click()
    visit.until("document.querySelectorAll('.tile canvas[data-ready=true]').length >= 6")
    page.get_by_role("button", name="Pause all").click()
    visit.until("new Set(Array.from(document.querySelectorAll('.tile canvas'), tile => tile.dataset.frame)).size === 1")


def test_frames_of_a_strip_in_two_rows_are_the_ones_that_were_laid(visit):
    frames = np.random.default_rng(0).integers(0, 256, (5, 2, 4000, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(strip.lay(frames)).save(file, "WEBP", lossless=True, exact=True)
    page = visit.open("/about")
    page.route("**/wide.webp", lambda route: route.fulfill(body=file.getvalue(), content_type="image/webp"))
    seen = page.evaluate("""async () => {
        const {loadStrip} = await import('/js/strip.js');
        const {width, height, frames} = await loadStrip('/wide.webp', {frames: 5, width: 4000});
        return [width, height, frames.map(each => [...each.subarray(0, 3), ...each.subarray(-3)])];
    }""")
    packed = (frames.astype(np.uint32) << np.array([0, 8, 16], np.uint32)).sum(-1) + 0xFF000000
    assert seen == [4000, 2, [[*each.flat[:3], *each.flat[-3:]] for each in packed.reshape(5, -1)]]
