"""The original rule against a restatement in plain loops, one path after the other as the published code goes."""

import numpy as np
import pytest
import torch

from worker.pyramids.original import Step, admissible, back, descend, first


def restated(weights, activations, groups, row, matrix, theta):
    """The tree of the original: every kept kernel is followed along every path. Sets of units met at each depth."""
    low, high = matrix.min(), matrix.max()
    levels = [set() for _ in range(len(weights) + 1)]

    def walk(depth, kernel):
        levels[depth].add(kernel)
        if depth == len(weights):
            return
        weight, given, parts = weights[depth], activations[depth], groups[depth]
        per_group_out, per_group_in = weight.shape[0] // parts, weight.shape[1]
        begin = (kernel // per_group_out) * per_group_in
        scores = [float(np.mean(weight[kernel, j])) * float(given[begin + j]) for j in range(per_group_in)]
        least, most = min(scores), max(scores)
        for j, score in enumerate(scores):
            if most == least or (score - least) / (most - least) >= theta:
                walk(depth + 1, begin + j)

    for j, value in enumerate(row):
        if high == low or (value - low) / (high - low) >= theta:
            walk(0, j)
    return levels


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("groups", [(1, 1), (2, 4), (8, 1)])
def test_it_is_the_published_rule(seed, groups):
    generator = np.random.default_rng(seed)
    widths = [8, 8, 8]
    weights = [
        generator.normal(size=(widths[i], widths[i + 1] // groups[i], 3, 3, 3)).astype(np.float32) for i in range(2)
    ]
    activations = [np.abs(generator.normal(size=widths[i + 1])).astype(np.float32) for i in range(2)]
    matrix = generator.normal(size=(5, 8)).astype(np.float32)
    expected = restated(weights, activations, groups, matrix[2], matrix, 0.6)
    steps = [
        Step(torch.from_numpy(w), torch.from_numpy(a), g) for w, a, g in zip(weights, activations, groups, strict=True)
    ]
    assert descend(steps, first(torch.from_numpy(matrix), 2)) == expected


def test_a_negative_sum_does_not_turn_the_order_round():
    step = Step(torch.tensor([[-5.0, -1.0, 1.0]]), torch.ones(3))
    assert back(step, 0) == {1, 2}
    assert back(step, 0, theta=0.9) == {2}


def test_of_equal_scores_all_are_kept_and_so_is_every_constant_map():
    assert back(Step(torch.full((2, 3, 1, 1, 1), 0.5), torch.ones(3)), 1) == {0, 1, 2}
    assert back(Step(torch.randn(1, 4), torch.zeros(4)), 0) == {0, 1, 2, 3}


def test_groups_keep_to_their_block_and_depthwise_kernels_to_their_channel():
    assert list(admissible(5, kernels=8, inputs=12, groups=4)) == [6, 7, 8]
    assert list(admissible(3, kernels=6, inputs=6, groups=6)) == [3]
    depthwise = Step(torch.randn(6, 1, 3, 1, 1), torch.rand(6), groups=6)
    assert descend([depthwise], {1, 4}) == [{1, 4}, {1, 4}]


def test_the_classifier_is_scaled_over_all_classes():
    """A class whose weights are all small keeps none, though one of them is its largest."""
    weight = torch.tensor([[10.0, 0.0, 9.0], [1.0, 2.0, 0.5]])
    assert first(weight, 0) == {0, 2}
    assert first(weight, 1) == set()


def test_every_kernel_is_looked_at_once():
    """The tree of the original has 4 to the power of 12 leaves here."""
    steps = [Step(torch.ones(4, 4, 1, 1, 1), torch.ones(4)) for _ in range(12)]
    assert descend(steps, {0}) == [{0}, *([{0, 1, 2, 3}] * 12)]
