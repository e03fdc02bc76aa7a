"""From published file to a network that is ready, with a small network in the place of torchvision's."""

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from contract.errors import ModelProblem, UnknownModel
from tests.worker.models.test_download import Server, server
from worker.models import download, registry, weights, zoo
from worker.models.known import Published

__all__ = ["Server", "server"]


def network(_name, *, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 400))


@pytest.fixture(autouse=True)
def small(monkeypatch, server, tmp_path):
    """r3d_18 is a small network, published by our own server."""
    torch.save(network("", seed=7).state_dict(), tmp_path / "published.pth")
    server.content = (tmp_path / "published.pth").read_bytes()
    hashed = download.sha256(tmp_path / "published.pth")
    entry = Published(server.url, f"r3d_18-{hashed[:8]}.pth", hashed[:8], 0.1)
    monkeypatch.setattr(zoo, "network", network)
    monkeypatch.setattr(zoo, "shapes", lambda name: network(name).state_dict())
    monkeypatch.setattr(zoo, "published", lambda _name: entry)
    return entry


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def test_pulled_weights_are_those_that_were_published(data, small):
    assert "r3d_18" not in registry.names(data)
    with pytest.raises(ModelProblem, match="kinetoscope pull r3d_18"):
        registry.load("r3d_18", data=data)
    found = weights.pull("r3d_18", data=data)
    assert found.verified
    assert "checksum verified" in found.words
    filled = weights.fill(network(""), "r3d_18", data)
    assert torch.equal(filled[3].weight, network("", seed=7)[3].weight)
    assert sorted(path.name for path in (data / "weights").iterdir()) == ["r3d_18.json", "r3d_18.safetensors"]
    assert "r3d_18" in registry.names(data)
    module, sheet = registry.origin("r3d_18", data).build(data)
    assert torch.equal(module[3].weight, filled[3].weight)
    assert (sheet.title, sheet.weights) == ("R3D-18 on Kinetics-400", found.words)
    registry.remove("r3d_18", data=data)
    assert weights.record("r3d_18", data) is None


def test_offline_the_file_may_be_put_in_place(data, small, server, tmp_path):
    server.status = 503
    with pytest.raises(ModelProblem, match=f"answers 503.*place the file {small.file} in {data / 'weights'}"):
        weights.pull("r3d_18", data=data, pause=0)
    (data / "weights" / small.file).write_bytes((tmp_path / "published.pth").read_bytes())
    assert weights.pull("r3d_18", data=data).verified
    (data / "weights" / small.file).write_bytes(b"another file")
    with pytest.raises(ModelProblem, match="not the published file"):
        weights.pull("r3d_18", data=data)


def test_imported_weights_are_recorded_as_unverified(data, tmp_path):
    state = {f"module.{name}": value for name, value in network("", seed=9).state_dict().items()}
    save_file(state, tmp_path / "mine.safetensors")
    found = weights.take("r3d_18", tmp_path / "mine.safetensors", data=data)
    assert not found.verified
    assert "imported from mine.safetensors" in found.words
    assert "unverified" in found.words
    assert torch.equal(weights.fill(network(""), "r3d_18", data)[0].bias, network("", seed=9)[0].bias)
    before = weights.stamp("r3d_18", data)
    assert weights.take("r3d_18", tmp_path / "published.pth", data=data).verified, "the published file, by hand"
    assert weights.stamp("r3d_18", data) != before


def test_a_network_that_was_trained_further_has_its_own_classes(data, tmp_path):
    theirs = network("", seed=9)
    theirs[3] = nn.Linear(4, 2)
    save_file(theirs.state_dict(), tmp_path / "mine.safetensors")
    found = weights.take("r3d_18", tmp_path / "mine.safetensors", data=data)
    assert found.words.endswith("fine-tuned, 2 classes")
    module, sheet = registry.origin("r3d_18", data).build(data)
    assert torch.equal(module[3].weight, theirs[3].weight)
    assert (sheet.title, sheet.classes, sheet.accuracy) == ("R3D-18 (fine-tuned, 2 classes)", (), {})
    before = weights.stamp("r3d_18", data)
    weights.take("r3d_18", tmp_path / "mine.safetensors", data=data, classes=("this", "that"))
    assert registry.origin("r3d_18", data).build(data)[1].classes == ("this", "that")
    assert weights.stamp("r3d_18", data) != before
    weights.pull("r3d_18", data=data)
    assert len(registry.origin("r3d_18", data).build(data)[1].classes) == 400


def test_weights_that_do_not_fit_leave_what_was_there(data, tmp_path):
    weights.pull("r3d_18", data=data)
    before = weights.stamp("r3d_18", data)
    save_file({"0.weight": torch.zeros(2)}, tmp_path / "bad.safetensors")
    with pytest.raises(ModelProblem):
        weights.take("r3d_18", tmp_path / "bad.safetensors", data=data)
    assert weights.stamp("r3d_18", data) == before
    with pytest.raises(UnknownModel, match="Did you mean r3d_18"):
        weights.take("r3d_81", tmp_path / "bad.safetensors", data=data)


def test_a_disk_without_room_for_the_weights(data, tmp_path, monkeypatch):
    def full(_tensors, path):
        path.write_bytes(b"part")
        raise RuntimeError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(weights, "save_file", full)
    with pytest.raises(ModelProblem, match="the disk is full"):
        weights.take("r3d_18", tmp_path / "published.pth", data=data)
    assert list((data / "weights").iterdir()) == []


def test_random_weights_are_offered_as_such(data):
    weights.randomize("r3d_18", data=data)
    _, sheet = registry.origin("r3d_18", data).build(data)
    assert (sheet.title, sheet.weights, sheet.classes) == ("R3D-18 (random weights)", "random weights, for trials", ())


def test_weights_that_were_trained_here_say_so_with_their_accuracy(data):
    made = network("", seed=5)
    made[3] = nn.Linear(4, 2)
    measured = {"acc@1": 0.75}
    found = weights.put(
        "r3d_18", made.state_dict(), data=data, source="two clips", classes=("a", "b"), accuracy=measured
    )
    assert found.words == "trained here on two clips"
    assert weights.record("r3d_18", data) == found
    assert found.sha256 == download.sha256(data / "weights" / "r3d_18.safetensors")
    assert torch.equal(weights.tensors("r3d_18", data)["3.weight"], made[3].weight)
    assert (found.tuning.units, found.tuning.classes, found.accuracy) == (2, ("a", "b"), measured)
