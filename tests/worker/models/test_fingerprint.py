"""Whatever changes a picture changes the fingerprint, and nothing else does."""

import hashlib
import json

import pytest
import torch
from torch import nn

from tests.worker.planted import APPEARANCE, MOTION, LinearTwoStream
from worker.models import demo, own
from worker.models.fingerprint import fingerprint

STREAMS = (APPEARANCE, MOTION)


def test_equal_networks_have_one_fingerprint():
    assert fingerprint(LinearTwoStream(seed=1), STREAMS) == fingerprint(LinearTwoStream(seed=1), STREAMS)


def test_one_weight_one_stride_or_one_mean_makes_another():
    plain = fingerprint(LinearTwoStream(seed=1), STREAMS)
    moved = LinearTwoStream(seed=1)
    with torch.no_grad():
        moved.fusion.bias[0] += 1e-6
    strided = LinearTwoStream(seed=1)
    strided.appearance.stride = (2, 2)
    other_mean = (APPEARANCE.model_copy(update={"mean": (0.4, 0.5, 0.5)}), MOTION)
    others = {
        fingerprint(moved, STREAMS),
        fingerprint(strided, STREAMS),
        fingerprint(LinearTwoStream(seed=1), other_mean),
    }
    assert len(others | {plain}) == 4


def test_scalars_and_integers_count():
    assert fingerprint(nn.BatchNorm2d(2), STREAMS) != fingerprint(nn.BatchNorm2d(2, momentum=0.2), STREAMS)


def test_segments_count_and_networks_without_them_keep_the_fingerprint_that_they_had():
    assert fingerprint(demo.load_network("demo"), demo.STREAMS) == demo.card().fingerprint
    plain = (APPEARANCE, MOTION.model_copy(update={"segments": 2}))
    assert fingerprint(LinearTwoStream(seed=1), plain) != fingerprint(LinearTwoStream(seed=1), STREAMS)


OWN = """
from torch import nn

CARD = {
    "title": "Mine",
    "streams": [{"name": "clip", "kind": "clip", "frames": 8, "height": 32, "width": 32}],
}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1)
        nn.init.ones_(self.conv.weight), nn.init.zeros_(self.conv.bias)

    def forward(self, x):
        return self.conv(x).relu()  # positive


def build():
    return Net()
"""


def of_file(folder, text):
    (folder / "mynet.py").write_text(text)
    module, _ = own.build(folder / "mynet.py")
    return fingerprint(module, STREAMS)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (".relu()", ".sigmoid()", False),
        ("return Net()", "return Net().eval()", False),
        ("# positive", "# never negative", True),
        ('"Mine"', '"My network"', True),
    ],
)
def test_the_code_of_an_own_file_counts_and_its_comments_and_card_do_not(tmp_path, old, new, same):
    plain = of_file(tmp_path, OWN)
    assert OWN.replace(old, new) != OWN
    assert (of_file(tmp_path, OWN.replace(old, new)) == plain) == same


DECORATED = OWN.replace("from torch import nn", "import torch\nfrom torch import nn").replace(
    "    def forward", "    @torch.no_grad()\n    def forward"
)
INHERITED = """
from torchvision.models.resnet import BasicBlock, ResNet

CARD = {"streams": [{"name": "image", "kind": "appearance", "frames": 1, "height": 32, "width": 32}]}


class Net(ResNet):
    def __init__(self):
        super().__init__(BasicBlock, [1, 1, 1, 1], num_classes=2)
        for value in self.parameters():
            value.data.fill_(0.5)

    def _forward_impl(self, x):
        return super()._forward_impl(x).relu()


def build():
    return Net()
"""


@pytest.mark.parametrize("text", [DECORATED, INHERITED], ids=["decorated", "inherited"])
def test_a_forward_pass_of_a_package_or_behind_a_decorator_hides_no_code(tmp_path, text):
    assert text not in (OWN, text.replace(".relu()", ".sigmoid()"))
    assert of_file(tmp_path, text) == of_file(tmp_path, text)
    assert of_file(tmp_path, text) != of_file(tmp_path, text.replace(".relu()", ".sigmoid()"))


def test_where_the_file_lies_does_not_count(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    assert of_file(tmp_path, OWN) == of_file(tmp_path / "elsewhere", OWN)


def test_code_of_packages_does_not_count():
    """Of what comes with a package the structure and the weights are all."""
    module = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU())
    digest = hashlib.sha256(repr(module).encode())
    digest.update(
        json.dumps([s.model_dump(mode="json", exclude={"segments"}) for s in STREAMS], sort_keys=True).encode()
    )
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode() + tensor.numpy().tobytes())
    assert fingerprint(module, STREAMS) == digest.hexdigest()[:16]
