import torch
from torch.nn import functional

from worker.models.families.convolution import CUBE, POINT
from worker.models.families.residual import Bottleneck, stage


def test_a_block_is_the_sum_of_three_convolutions_and_the_projected_shortcut():
    torch.manual_seed(0)
    block = Bottleneck(6, 4, 8, stride=(1, 2, 2)).double().eval()
    x = torch.randn(2, 6, 3, 8, 8, dtype=torch.float64)
    unit = 1 + 1e-5  # batch normalization at rest divides by the root of this
    inner = functional.conv3d(x, block.conv1.weight).div(unit**0.5).relu()
    inner = functional.conv3d(inner, block.conv2.weight, stride=(1, 2, 2), padding=1).div(unit**0.5).relu()
    inner = functional.conv3d(inner, block.conv3.weight) / unit**0.5
    shortcut = functional.conv3d(x[..., ::2, ::2], block.downsample[0].weight) / unit**0.5
    assert torch.allclose(block(x), (inner + shortcut).relu(), atol=1e-12)


def test_only_the_first_block_of_a_stage_changes_the_size():
    row = stage(6, 4, 8, stride=(2, 2, 2), kernels=[(CUBE, (1, 3, 3)), (POINT, CUBE)], groups=2)
    assert row(torch.randn(1, 6, 4, 8, 8)).shape == (1, 8, 2, 4, 4)
    assert [block.conv1.kernel_size for block in row] == [CUBE, POINT]
    assert [block.conv2.kernel_size for block in row] == [(1, 3, 3), CUBE]
    assert [len(list(block.downsample.children())) for block in row] == [2, 0]
