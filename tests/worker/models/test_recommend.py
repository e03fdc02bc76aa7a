from contract.catalogue import LayerCard
from worker.models.recommend import recommend


def layer(path, side, **changes):
    fields = {"kind": "conv", "units": 4, "frames": 1, "stride": 1, "receptive_field": 3, "receptive_frames": 1,
              "streams": ("clip",), "lane": "clip"}  # fmt: skip
    return LayerCard(path=path, height=side, width=side, **{**fields, **changes})


def chosen(cards):
    return [card.path for card in recommend(cards) if card.recommended]


def test_the_first_the_ends_of_stages_and_the_classes():
    cards = [layer(f"conv{i}", side) for i, side in enumerate([32, 32, 32, 16, 16, 8, 8])]
    assert chosen([*cards, layer("fc", 1), layer("classes", 1, kind="class")]) == [
        "conv0", "conv2", "conv4", "conv6", "classes",
    ]  # fmt: skip


def test_a_stage_of_residual_blocks_ends_with_the_main_branch():
    block = [
        layer("first", 16, depth=1),
        layer("shortcut", 8, depth=2, inputs=("first",)),
        layer("conv1", 8, depth=2, inputs=("first",)),
        layer("conv2", 8, depth=3, inputs=("conv1",)),
        layer("next", 8, depth=4, inputs=("conv2", "shortcut"), join="add"),
        layer("classes", 1, kind="class", depth=5, inputs=("next",)),
    ]
    assert chosen(block) == ["first", "conv2", "classes"]


def test_of_a_transformer_of_one_resolution_neurons_at_four_depths():
    blocks = [
        layer(f"{i}.{part}", 14, kind="linear", neurons=part == "inner", depth=3 * i + j)
        for i in range(12)
        for j, part in enumerate(["qkv", "inner", "outer"])
    ]
    assert chosen([layer("tubelets", 14), *blocks]) == ["tubelets", "2.inner", "5.inner", "8.inner", "11.inner"]
