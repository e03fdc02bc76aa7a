import torch

from worker.demo import fusion
from worker.demo.clips import CLASSES
from worker.demo.dataset import Dataset
from worker.models.demo import load_network


def drawn(count):
    generator = torch.Generator().manual_seed(count)
    return Dataset(
        torch.randint(0, 255, (count, 3, 96, 96), generator=generator, dtype=torch.uint8),
        torch.randint(-20, 20, (count, 20, 96, 96), generator=generator, dtype=torch.int8),
        torch.arange(count) % len(CLASSES),
    )


def test_streams_come_from_networks_that_were_trained_on_them_alone():
    streams = fusion.apart()
    assert torch.equal(streams["motion.conv1_1.weight"], load_network("motion").motion.conv1_1.weight)
    assert torch.equal(streams["appearance.conv5_1.weight"], load_network("appearance").appearance.conv5_1.weight)
    assert not any(name.startswith(("conv5_fusion", "fc")) for name in streams)


def test_both_networks_are_measured_on_the_same_clips(monkeypatch):
    sizes = []
    monkeypatch.setattr(fusion, "draw_dataset", lambda wanted, **_: sizes.append(len(wanted)) or drawn(16))
    monkeypatch.setattr(fusion, "BATCH", 8)
    found = {name: value for name, value, _, _ in fusion.verify(clips=16, processes=1, seed=1, epochs=1)}
    assert sizes == [16, 1000]
    assert found["fusion.difference"] == found["fusion.accuracy"] - found["fusion.accuracy_of_the_demo"]


def test_a_batch_is_the_same_for_the_same_epoch():
    batches, rows = fusion.Drawn(drawn(8), seed=3), torch.tensor([2, 5, 1, 7])
    first, labels = batches.batch(rows, 4)
    assert labels.tolist() == [2, 5, 1, 7]
    assert torch.equal(first[0], batches.batch(rows, 4)[0][0])
    assert not torch.equal(first[0], batches.batch(rows, 5)[0][0])
