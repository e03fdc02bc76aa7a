"""A pyramid in a file of its own, opened from the disk."""

import pytest
from playwright.sync_api import expect

from backend.answers import Visualization
from backend.exports import pyramid
from contract.pyramid import PyramidSpec
from contract.settings import ROOT
from tests.frontend import findings, pictures, pyramids
from tests.frontend.conftest import visiting
from tests.frontend.mock import Mock
from tests.frontend.pictures import SIDE

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser, tmp_path):
    """The page of the file, which asks for nothing else and complains of nothing."""
    mock = Mock()
    card = mock.card("demo")
    spec = pyramids.job(card, {"clip": "c0"}).spec
    assert isinstance(spec, PyramidSpec)
    file = tmp_path / pyramid.name(pyramids.pyramid(card, spec))
    text = pyramid.page(
        ROOT / "frontend",
        card,
        pyramids.pyramid(card, spec),
        tubes=pyramids.tubes(),
        clip=findings.clip(0),
        look=lambda specs: [Visualization.model_validate(mock.look(each)) for each in specs],
        pictures=_drawn,
        clip_pictures=_drawn,
    )
    file.write_text(text)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    with visiting(context, mock, file.as_uri()) as visit:
        visit.page.goto(visit.base)
        yield visit.page


def _drawn(_identity, file):
    if file.startswith("motion-poster"):
        return pictures.motion_poster(1, side=SIDE, slow=True, peak=3.9)
    if file.startswith("motion"):
        return pictures.motion(1, side=SIDE, slow=True, scale=4.0)
    return pictures.colour(1, side=SIDE, frames=1, turn=0.4)


def test_it_draws_without_a_server_and_asks_for_nothing(opened):
    expect(opened.get_by_role("heading", name="Why applying lipstick?")).to_be_visible()
    region = opened.get_by_role("region", name="The pyramid")
    expect(region.locator(".pyramid-unit")).to_have_count(8 * 3)
    expect(region.locator("canvas[data-frame]").first).to_be_visible()
    region.get_by_role("button", name="Unit 2 of conv5_fusion").click()
    inspector = opened.get_by_role("region", name="The node")
    expect(inspector.get_by_role("img", name="Unit 2, ")).to_be_visible()
    expect(opened.get_by_role("region", name="Can this be trusted")).to_contain_text("2.00 times")


def test_units_are_chosen_live_there_too(opened):
    region = opened.get_by_role("region", name="The pyramid")
    expect(region.locator(".pyramid-unit")).to_have_count(8 * 3)
    opened.get_by_role("slider", name="Units of a row").press("ArrowLeft")
    expect(region.locator(".pyramid-unit")).to_have_count(7 * 3)
    opened.get_by_role("button", name="Grad-CAM").click()
    expect(opened.get_by_role("region", name="The clip").locator(".pyramid-tube").first).to_be_attached()
