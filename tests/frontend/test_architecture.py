"""The drawing of a network: blocks alike folded, branches in their columns, joints where values come together."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.frontend.cards import deep_network, two_pathways, two_stream

DEEP = "/models/deep"
LAY = """async (card) => {
  const [{fold, repeats}, {lay, NARROW}] = await Promise.all([import('/js/blocks.js'), import('/js/graph.js')]);
  const found = repeats(card);
  const {shown, groups} = fold(card, found, () => %s);
  const drawn = lay(card.streams.map(each => each.name), shown, groups, NARROW);
  return {found: found.map(({name, last, blocks}) => [name, last, blocks.length]),
          inputs: Object.fromEntries(shown.map(({layer, inputs}) => [layer.path, inputs])),
          at: Object.fromEntries(drawn.nodes.map(({name, x, y}) => [name, [x, y]])),
          joints: drawn.joints, frames: drawn.frames.map(({x, y, width, height}) => [x, y, width, height])};
}"""

PIECES = """(names) => [...document.querySelectorAll(names)].flatMap((name) => [...name.childNodes]).flatMap((node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return node.nodeType === Node.TEXT_NODE ? [[node.textContent, range.getClientRects().length]] : [];
})"""
"""What lies between two places where a name may break, and in how many lines it is."""

pytestmark = pytest.mark.browser


def drawn(visit, card, *, folded: bool = True) -> dict:
    page = visit.open("/about")
    return page.evaluate(LAY % json.dumps(folded), json.loads(card.model_dump_json()))


def test_blocks_alike_are_found_and_stand_for_each_other(visit):
    found = drawn(visit, deep_network())
    assert found["found"] == [["stages.0.1", "stages.0.3", 3]]  # the first has another output size
    assert "stages.0.2.out" not in found["at"]
    assert found["inputs"]["stages.0.1.left.1"] == ["stages.0.0.out"]
    assert found["inputs"]["head"] == ["stages.0.1.out"]
    assert drawn(visit, deep_network(), folded=False)["inputs"]["head"] == ["stages.0.3.out"]


def test_layers_that_only_follow_each_other_are_no_blocks(visit):
    assert drawn(visit, two_stream())["found"] == []


def test_a_branch_keeps_its_column_and_joins_in_the_middle(visit):
    found = drawn(visit, deep_network())
    at = found["at"]
    left, right = at["stages.0.1.left.1"][0], at["stages.0.1.right"][0]
    assert abs(left - right) >= 162  # boxes do not overlap
    assert at["stages.0.1.left.2"][0] == left
    assert at["stages.0.1.out"][0] == pytest.approx((left + right) / 2)
    kinds = {round(joint["y"]): joint["kind"] for joint in found["joints"]}
    assert sorted(kinds.values()) == ["add", "add", "concat", "concat"]
    for joint in found["joints"]:  # in the gap between two rows of boxes
        assert all(not (y <= joint["y"] <= y + 58) for _, y in at.values())
    (x, y, width, height) = found["frames"][0]
    for name, (centre, top) in at.items():
        inside = x < centre - 81 and centre + 81 < x + width and y < top and top + 58 < y + height
        assert inside == name.startswith("stages.0.1.")


def test_lanes_are_side_by_side_and_what_joins_them_is_between(visit):
    at = drawn(visit, two_stream())["at"]
    assert at["motion"][0] - at["appearance"][0] >= 162
    assert at["conv5_fusion"][0] == pytest.approx((at["motion"][0] + at["appearance"][0]) / 2)
    assert at["appearance.conv3"] == [at["appearance"][0], at["motion.conv3"][1]]


def test_pathways_of_one_clip_are_lanes_and_every_line_leads_down(visit):
    found = drawn(visit, two_pathways())
    at, inputs = found["at"], found["inputs"]
    assert at["fast.conv1"][0] - at["slow.conv1"][0] >= 162
    assert at["clip"][0] == pytest.approx((at["fast.conv1"][0] + at["slow.conv1"][0]) / 2)
    assert at["slow.layer1"][0] == at["slow.conv1"][0]
    assert at["fast.layer1"][0] == at["fast.conv1"][0], "the lateral connection stands aside"
    assert at["fast.lateral0"][0] == at["fast.conv1"][0] - 172
    for path, feeds in inputs.items():
        assert all(at[feed][1] < at[path][1] for feed in feeds), path


def test_unfolding_is_an_address(visit):
    page = visit.open(DEEP)
    boxes = page.locator("a.graph-node")
    expect(boxes).to_have_count(10)
    expect(page.locator("a.graph-node", has_text="stages.0.1.right")).to_contain_text("16–32 × 4 × 14 × 14")
    page.get_by_role("link", name="×3 blocks alike · unfold: stages.0.1 to stages.0.3").focus()
    page.keyboard.press("Enter")
    expect(boxes).to_have_count(18)
    assert page.url.endswith("?unfold=all")  # there is no other
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("a.graph-node")).to_have_count(18)
    other.close()
    page.get_by_role("link", name="×3 blocks alike · fold").click()
    expect(boxes).to_have_count(10)
    page.go_back()
    expect(boxes).to_have_count(18)


def test_every_layer_is_in_the_table(visit):
    page = visit.open(DEEP)
    expect(page.locator(".layer-table tbody tr")).to_have_count(len(deep_network().layers))


@pytest.mark.parametrize("options", [{"viewport": {"width": 390, "height": 844}}])
@pytest.mark.parametrize(("path", "names"), [(DEEP, ".layer-table th a"), (f"{DEEP}/walk", ".walk-row h2")])
def test_names_break_behind_their_dots_only(visit, path, names):
    page = visit.open(path)
    expect(page.locator(names).first).to_be_visible()
    pieces = page.evaluate(PIECES, names)
    assert "left." in {text for text, _ in pieces}
    assert [text for text, lines in pieces if lines > 1] == []


def test_a_lone_conv_says_nothing_and_is_left_out_of_a_name(visit):
    page = visit.open("/about")
    card = json.loads(deep_network().model_dump_json())
    paths = ["mixed.3x3.conv", "b1.conv3d", "block.conv", "block.gate", "conv"]
    card["layers"] = [{**card["layers"][0], "path": path} for path in paths]
    names = page.evaluate(
        "async (card) => { const {plainPath} = await import('/js/layer-text.js');"
        " return card.layers.map(({path}) => plainPath(card, path)); }",
        card,
    )
    assert names == ["mixed.3x3", "b1", "block.conv", "block.gate", "conv"]


def test_a_broad_drawing_has_the_page_to_itself(visit):
    card = deep_network()
    branch = card.layers[1].model_copy(update={"inputs": ("stem",), "depth": 2, "join": ""})
    branches = [branch.model_copy(update={"path": f"wide.{number}"}) for number in range(6)]
    visit.mock.cards["broad"] = card.model_copy(update={"name": "broad", "layers": (card.layers[0], *branches)})
    facts = ".architecture-side"
    for model, below in (("broad", True), ("deep", False)):
        page = visit.open(f"/models/{model}")
        expect(page.locator("svg.graph")).to_be_visible()
        drawing, side = page.locator(".graph-scroll").bounding_box(), page.locator(facts).bounding_box()
        assert (side["y"] >= drawing["y"] + drawing["height"]) == below
        expect(page.locator("svg.graph-broad")).to_have_count(int(below))


def test_a_drawing_that_does_not_fit_begins_at_an_input(visit):
    card = two_stream()
    wide = [card.layer("appearance.conv1").model_copy(update={"path": f"appearance.wide{i}"}) for i in range(8)]
    visit.mock.cards["apart"] = card.model_copy(update={"name": "apart", "layers": (*wide, *card.layers)})
    visit.page.set_viewport_size({"width": 390, "height": 844})
    page = visit.open("/models/apart")
    expect(page.locator(".graph-input", has_text="appearance")).to_be_in_viewport()
