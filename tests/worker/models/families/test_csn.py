import torch

from tests.worker.models.families import oracle
from worker.models import zoo
from worker.models.families.csn import CSN
from worker.models.families.slowfast import PYTORCHVIDEO_NAMES


def test_it_computes_what_pytorchvideos_does():
    theirs = oracle.module("csn").create_csn(
        model_depth=50, stem_pool=torch.nn.MaxPool3d, head_pool_kernel_size=(1, 2, 2)
    )
    clip = torch.randn(2, 3, 8, 64, 64)
    assert oracle.difference(theirs, CSN(50), [PYTORCHVIDEO_NAMES], clip.clone(), clip) < 1e-4


def test_every_channel_is_convolved_alone():
    with torch.device("meta"):
        network = CSN()
        assert network(torch.empty(1, 3, 32, 64, 64)).shape == (1, 400)
    cubes = [part for part in network.modules() if getattr(part, "kernel_size", None) == (3, 3, 3)]
    assert len(cubes) == 33
    assert all(part.groups == part.in_channels for part in cubes)
    assert sum(p.numel() for p in network.parameters()) == 22_213_776, "22.21 million, by PyTorchVideo's table"
    assert zoo.published("csn_r101").file == "CSN_32x2_R101.pyth"
