import torch
from torchvision import models

from worker.models.families.inception_v3 import InceptionV3


def test_it_computes_what_torchvisions_computes():
    torch.manual_seed(0)
    theirs = models.inception_v3(weights=None, aux_logits=False, init_weights=False, transform_input=False).eval()
    ours = InceptionV3(3, 1000).eval()
    state = {}
    for name, value in theirs.state_dict().items():
        flat = value.ndim == 4 or name == "fc.weight"
        state[name] = value.reshape(ours.state_dict()[name].shape) if flat else value
    ours.load_state_dict(state)
    x = torch.randn(1, 3, 107, 107)
    with torch.no_grad():
        assert torch.allclose(ours(x[:, :, None]), theirs(x), rtol=1e-4, atol=1e-5)


def test_flow_comes_in_stacks():
    with torch.device("meta"):
        network = InceptionV3(2, 7, frames=5, step=5).eval()
        assert network(torch.empty(1, 2, 15, 107, 107)).shape == (1, 7)
