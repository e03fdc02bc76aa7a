import torch

from tests.worker.models.families.counting import count
from worker.models import keys
from worker.models.families.bn_inception import CAFFE, MODULES, BNInception


def test_the_counts_are_those_of_the_published_network():
    """11,295,240 parameters with 1000 classes: the size of its PyTorch conversion."""
    counted = count(lambda: BNInception(3, 1000), (1, 3, 1, 224, 224))
    assert (counted.parameters, counted.convolutions) == (11_295_240, 70)


def test_the_names_of_tsns_caffe_files_and_of_its_pytorch_form():
    with torch.device("meta"):
        wanted = BNInception(2, 101, frames=5, step=5).state_dict()
    caffe = {_caffe(name): value for name, value in wanted.items() if "num_batches" not in name}
    assert {"conv1/7x7_s2.weight", "conv2/3x3_reduce_bn.running_var", "fc-action.bias",
            "inception_4d/double_3x3_2.weight", "inception_5b/pool_proj_bn.weight"} <= caffe.keys()  # fmt: skip
    torchs = {f"module.base_model.{name.replace('/', '_')}": value for name, value in caffe.items()}
    torchs = {name.replace("base_model.fc-action", "new_fc"): value for name, value in torchs.items()}
    for theirs in (caffe, torchs):
        fitted = keys.fit(theirs, wanted, [CAFFE])
        assert all(fitted[name] is value for name, value in wanted.items() if "num_batches" not in name)


def _caffe(name):
    *path, part, kind = name.split(".")
    if part == "fc":
        return f"fc-action.{kind}"
    layer = "/".join(path) if len(path) > 1 else path[0].replace("conv1_", "conv1/").replace("conv2_", "conv2/")
    return f"{layer}{'_bn' if part == 'bn' else ''}.{kind}"


def test_any_size_runs_and_segments_are_averaged():
    torch.manual_seed(0)
    network = BNInception(3, 4).eval()
    with torch.no_grad():
        for side in (64, 72, 75):
            clip = torch.randn(1, 3, 3, side, side)
            parts = [network(clip[:, :, [i]]) for i in range(3)]
            assert torch.allclose(network(clip), sum(parts) / 3, atol=1e-4)


def test_widths_of_the_modules():
    network = BNInception(3, 4)
    sums = [network.get_submodule(f"inception_{name}").units for name in MODULES]
    assert sums == [256, 320, 256, 576, 576, 608, 608, 448, 1024, 1024]
