import pytest
import torch
from torch import Tensor

from contract.errors import UnknownLayer
from contract.pyramid import Edge
from tests.worker.pyramids.networks import Branches, Chain, Residual, card_of, clip
from worker import canvas
from worker.pyramids.relevance import covering, passage, pyramid

CHAIN = {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4}
ROWS = [("conv2",), ("conv1",), ("conv0",)]


def build(module, units, rows, *, rival=None, most=99, label=1, depths=None):
    module.eval().requires_grad_(False)
    card = card_of(module, units, depths=depths)
    found = passage(module, card, clip(), label=label, rival=rival)
    return pyramid(found, rows, clip="c", most=most)


def edges_of(made, source, target) -> dict[tuple[int | None, int | None], float]:
    return {(e.source_unit, e.target_unit): e.weight for e in made.edges if (e.source, e.target) == (source, target)}


def test_a_linear_network_by_hand():
    """Without non-linearities an edge is weight x activation x what lies above, and nothing is left for biases."""
    module = Branches().eval().requires_grad_(False)
    made = build(module, {"left": 2, "right": 3, "mix": 4, "head": 2}, [("mix",), ("left", "right")])
    x = canvas.to_network(clip()[0][None], card_of(module, {"head": 2}).streams[0])
    parts: dict[str, Tensor] = {"left": module.left(x), "right": module.right(x)}
    mix, head = module.mix.weight[:, :, 0, 0, 0], module.head.weight[1]
    for name, offset in (("left", 0), ("right", 2)):
        mean = parts[name].mean((0, 2, 3, 4))
        found = edges_of(made, name, "mix")
        for source in range(len(mean)):
            for target in range(4):
                by_hand = float(head[target] * mix[target, offset + source] * mean[source])
                assert found[source, target] == pytest.approx(by_hand, rel=1e-4, abs=1e-7)
    assert made.bias == pytest.approx(0, abs=1e-5)
    assert all(each.weight == pytest.approx(0, abs=1e-5) for each in made.biases)


@pytest.mark.parametrize("rival", [None, 2])
def test_what_leaves_a_unit_is_its_relevance_where_all_paths_are_cut(rival):
    made = build(Chain(), CHAIN, ROWS, rival=rival)
    for above, below in zip(made.rows, made.rows[1:], strict=False):
        assert below.error <= 1e-4
        most = max(abs(node.relevance) for node in below.nodes)
        for node in below.nodes:
            leaving = sum(
                e.weight
                for e in made.edges
                if (e.source, e.source_unit) == (node.layer, node.unit) and e.target in above.layers
            )
            assert leaving == pytest.approx(node.relevance, abs=1e-4 * most)


def test_what_comes_into_a_node_and_its_bias_are_its_relevance():
    made = build(Chain(), CHAIN, ROWS, most=3)
    biases = {(each.layer, each.unit): each.weight for each in made.biases}
    for row in made.rows[:-1]:
        for node in row.nodes:
            inflow = sum(e.weight for e in made.edges if (e.target, e.target_unit) == (node.layer, node.unit))
            assert inflow + biases[node.layer, node.unit] == pytest.approx(node.relevance, rel=1e-3, abs=1e-5)
    assert made.bias + sum(node.relevance for node in made.rows[0].nodes) == pytest.approx(made.score, rel=1e-4)


def test_units_that_are_not_listed_are_one_node_so_that_numbers_add_up():
    whole, few = build(Chain(), CHAIN, ROWS), build(Chain(), CHAIN, ROWS, most=2)
    for all_of_it, part in zip(whole.rows, few.rows, strict=True):
        assert len(part.nodes) == 3
        assert part.nodes[-1].unit is None
        own = sum(node.relevance for node in part.nodes)
        assert own == pytest.approx(sum(node.relevance for node in all_of_it.nodes), rel=1e-4, abs=1e-6)
        assert part.error == all_of_it.error
    assert sum(e.weight for e in few.edges) == pytest.approx(sum(e.weight for e in whole.edges), rel=1e-3, abs=1e-5)


def test_a_planted_circuit_is_its_path():
    """conv0 unit 4 -> conv1 unit 2 -> conv2 unit 3 -> class 1; every other weight is 0."""
    module = Chain(bias=False)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.get_submodule("conv0").weight[4, 0, 1, 1, 1] = 1.0
        module.get_submodule("conv1").weight[2, 4, 1, 1, 1] = 1.0
        module.get_submodule("conv2").weight[3, 2, 1, 1, 1] = 1.0
        module.head.weight[1, 3] = 1.0
    made = build(module, CHAIN, ROWS, most=2)
    assert [(row.nodes[0].layer, row.nodes[0].unit) for row in made.rows] == [("conv2", 3), ("conv1", 2), ("conv0", 4)]
    path = {(e.source, e.source_unit, e.target, e.target_unit) for e in made.edges if abs(e.weight) > 1e-9}
    assert path == {("conv1", 2, "conv2", 3), ("conv0", 4, "conv1", 2)}
    assert made.rows[0].nodes[0].relevance == pytest.approx(made.score, rel=1e-5)


def test_groups_are_never_joined():
    made = build(Chain((6, 8, 4), groups=2), {"conv0": 6, "conv1": 8, "conv2": 4, "head": 4}, ROWS)
    found = edges_of(made, "conv1", "conv2")
    assert all((source < 4) == (target < 2) for (source, target), weight in found.items() if weight)
    assert sum(weight != 0 for weight in found.values()) > 4


def test_a_way_around_a_row_is_told():
    units = {"stem": 6, "inner": 6, "sum": 6, "head": 4}
    cut = build(Residual(), units, [("sum",), ("stem",)])
    around = build(Residual(), units, [("inner",), ("stem",)])
    assert cut.rows[1].error <= 1e-4
    assert around.rows[1].error > 0.1


def test_the_fewest_edges_that_make_up_the_inflow_are_kept():
    def edge(unit, weight, target=0):
        return Edge(source="a", source_unit=unit, target="b", target_unit=target, weight=weight)

    edges = [edge(0, 1.0), edge(1, 6.0), edge(2, 3.0), edge(3, -9.0), edge(4, 0.5, target=1)]
    assert [(e.source_unit, e.target_unit) for e in covering(edges, 0.8)] == [(1, 0), (2, 0), (4, 1)]
    assert len(covering(edges, 0.6)) == 2
    assert len(covering(edges, 1.0)) == 4


def test_a_layer_that_the_model_does_not_have_is_named():
    with pytest.raises(UnknownLayer, match="conv9"):
        build(Chain(), CHAIN, [("conv9",)])
