import torch
from torch import Tensor, nn

from tests.worker.pyramids.networks import Branches, Chain, Residual, card_of, clip
from worker.pyramids.relevance import passage
from worker.pyramids.rows import by_depth, choose, holders, left_out


def rows_of(module: nn.Module, units: dict[str, int], **more):
    module.eval().requires_grad_(False)
    found = passage(module, card_of(module, units, **more), clip(), label=1)
    return found, found.rows()


def test_every_layer_of_a_chain_is_a_row_the_last_first():
    _, rows = rows_of(Chain(), {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4})
    assert rows == [("conv2",), ("conv1",), ("conv0",)]


def test_no_more_rows_than_five_evenly_spaced():
    widths = (4,) * 9
    _, rows = rows_of(Chain(widths), {**{f"conv{i}": 4 for i in range(9)}, "head": 4})
    assert rows == [("conv8",), ("conv6",), ("conv4",), ("conv2",), ("conv0",)]


def test_what_a_way_leads_around_is_no_row():
    _, rows = rows_of(Residual(), {"stem": 6, "inner": 6, "head": 4})
    assert rows == [("stem",)]


def test_branches_that_are_put_one_after_the_other_are_a_row():
    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = Body()
            self.head = nn.Linear(5, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.body(x).mean((2, 3, 4)))

    class Body(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.left, self.right = nn.Conv3d(3, 2, 1), nn.Conv3d(3, 3, 1)

        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([self.left(x).relu(), self.right(x)], 1)

    depths = {"body.left": 1, "body.right": 1, "head": 2}
    _, rows = rows_of(Whole(), {"body.left": 2, "body.right": 3, "head": 2}, depths=depths)
    assert rows == [("body.left", "body.right")]


def test_two_layers_of_a_size_are_a_row_where_neither_cuts_alone():
    class Lanes(nn.Module):
        """The fast lane also enters the slow one, as in SlowFast."""

        def __init__(self) -> None:
            super().__init__()
            self.slow, self.fast, self.lateral = nn.Conv3d(3, 4, 1), nn.Conv3d(3, 2, 1), nn.Conv3d(2, 4, 1)
            self.slower, self.faster = nn.Conv3d(4, 4, 1), nn.Conv3d(2, 2, 1)
            self.head = nn.Linear(6, 2)

        def forward(self, x: Tensor) -> Tensor:
            slow, fast = self.slow(x), self.fast(x)
            slow = self.slower(slow + self.lateral(fast)).relu()
            return self.head(torch.cat([slow, self.faster(fast)], 1).mean((2, 3, 4)))

    units = {"slow": 4, "fast": 2, "lateral": 4, "slower": 4, "faster": 2, "head": 2}
    _, rows = rows_of(Lanes(), units)
    assert rows == [("slower", "faster")]


def test_a_block_is_its_last_layer_taken_where_the_way_around_comes_in():
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv3d(6, 6, 1), nn.Conv3d(6, 6, 1)

        def forward(self, x: Tensor) -> Tensor:
            return (x + self.second(self.first(x).relu())).relu()

    class Blocks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(3)
            self.stem = nn.Conv3d(3, 6, 1)
            self.blocks = nn.Sequential(Block(), Block())
            self.head = nn.Linear(6, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.blocks(self.stem(x)).mean((2, 3, 4)))

    inner = {f"blocks.{i}.{name}": 6 for i in range(2) for name in ("first", "second")}
    found, rows = rows_of(Blocks(), {"stem": 6, **inner, "head": 4})
    assert rows == [("blocks.1.second",), ("blocks.0.second",), ("stem",)]
    assert (found.at["blocks.0.second"], found.at["blocks.0.first"]) == ("blocks.0", "blocks.0.first")
    assert torch.equal(found.output("blocks.1.second"), found.modules["blocks.1"])


def test_where_nothing_can_be_followed_rows_are_depths():
    depths = {"left": 1, "right": 1, "mix": 2, "head": 3}
    card = card_of(Branches(), {"left": 2, "right": 3, "mix": 4, "head": 2}, depths=depths)
    assert by_depth(card) == [("mix",), ("left", "right")]


def test_output_sizes_without_a_row_are_told_with_the_row_that_there_would_be():
    card = card_of(nn.Module(), {**{f"conv{i}": 4 for i in range(7)}, "beside": 4, "head": 4})
    sizes = {**{f"conv{i}": 64 >> i for i in range(7)}, "beside": 21}
    layers = [x.model_copy(update=dict.fromkeys(("height", "width"), sizes.get(x.path, 1))) for x in card.layers]
    card = card.model_copy(update={"layers": tuple(layers)})
    found = {(x.path,): x for x in layers if x.path.startswith("conv")}
    rows = choose(found)
    assert (len(rows), rows[0], rows[-1]) == (5, ("conv6",), ("conv0",))
    told = left_out(card, found, rows)
    assert {(each.height, each.layers) for each in told if not each.row} == {(21, 1)}
    fit = [each for each in told if each.row]
    assert {row for (row,) in rows} | {each.row[0] for each in fit} == {f"conv{i}" for i in range(7)}
    assert all(sizes[each.row[0]] == each.height for each in fit)
    assert left_out(card, found, [each.row for each in fit] + rows) == [each for each in told if not each.row]


def test_modules_that_hold_layers_are_listened_to_but_not_the_network():
    card = card_of(nn.Module(), {"stem": 1, "blocks.0.second": 1, "head": 1})
    assert holders(card) == ["stem", "blocks.0.second", "head", "blocks.0", "blocks"]
