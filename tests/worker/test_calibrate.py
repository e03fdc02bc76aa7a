"""The pass over clips against sums by hand; interruption; what is kept on disk."""

import pytest
import torch

from tests.worker.planted import linear_two_stream
from worker import calibrate, canvas

LAYERS = ["appearance", "motion", "fusion"]


@pytest.fixture
def model():
    return linear_two_stream()


@pytest.fixture
def samples():
    generator = torch.Generator().manual_seed(0)

    def clip(i):
        inputs = [torch.randn(3, 1, 16, 16, generator=generator) * 50, torch.randn(2, 4, 16, 16, generator=generator)]
        return f"clip {i}", inputs, (None, 0, 1)[i % 3]

    return [clip(i) for i in range(12)]


def by_hand(model, samples, layer):
    """Largest activation of every unit per clip, (clips, units)."""
    rows = []
    for _, inputs, _ in samples:
        a, m = (canvas.to_network(x[None], s) for x, s in zip(inputs, model.card.streams, strict=True))
        net = model.module
        out = {"appearance": net.appearance(a), "motion": net.motion(m)}
        out["fusion"] = net.fusion(torch.cat([out["appearance"], out["motion"]], 1))
        rows.append(out[layer][0].amax((1, 2)))
    return torch.stack(rows)


@pytest.mark.parametrize("layer", LAYERS)
def test_statistics_are_those_of_the_clips(model, samples, layer):
    found = calibrate.run(model.module, model.card, samples, calibrate.Tally(2)).statistics("twelve clips")
    rows = by_hand(model, samples, layer)
    labels = torch.tensor([-1 if label is None else label for _, _, label in samples])
    assert torch.allclose(found.maximum[layer], rows.amax(0), atol=1e-4)
    assert torch.allclose(found.mean[layer], rows.mean(0), atol=1e-4)
    for label in (0, 1):
        assert torch.allclose(found.class_mean[layer][label], rows[labels == label].mean(0), atol=1e-4)


def test_an_interrupted_pass_ends_like_an_uninterrupted_one(model, samples, tmp_path):
    path = tmp_path / "partial.safetensors"
    whole = calibrate.run(model.module, model.card, samples, calibrate.Tally(2)).statistics("s")
    first = calibrate.run(model.module, model.card, samples[:7], calibrate.Tally(2))
    calibrate.save_tally(first, path)
    second = calibrate.load_tally(path, classes=2)
    assert second.seen == [name for name, _, _ in samples[:7]]
    finished = calibrate.run(model.module, model.card, samples[7:], second).statistics("s")
    for kind in ("maximum", "mean", "class_mean"):
        for layer in LAYERS:
            assert torch.allclose(getattr(whole, kind)[layer], getattr(finished, kind)[layer], atol=1e-5)


def test_a_checkpoint_is_offered_every_ten_clips(model, samples):
    counts = []
    calibrate.run(
        model.module, model.card, samples, calibrate.Tally(2), checkpoint=lambda tally: counts.append(tally.count)
    )
    assert counts == [10]


def test_statistics_survive_the_disk(model, samples, tmp_path):
    found = calibrate.run(model.module, model.card, samples, calibrate.Tally(2)).statistics("twelve clips")
    calibrate.save(found, tmp_path / "s.safetensors")
    loaded = calibrate.load(tmp_path / "s.safetensors")
    assert loaded.source == "twelve clips"
    assert torch.equal(loaded.maximum["fusion"], found.maximum["fusion"])
    assert torch.equal(loaded.class_mean["motion"], found.class_mean["motion"])


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 10])
def test_unreadable_files_count_as_absent(tmp_path, content):
    path = tmp_path / "x.safetensors"
    if content is not None:
        path.write_bytes(content)
    assert calibrate.load(path) is None
    assert calibrate.load_tally(path, classes=2).count == 0


def test_nothing_stays_on_the_module(model, samples):
    calibrate.run(model.module, model.card, samples[:1], calibrate.Tally(2))
    assert all(not part._forward_hooks for part in model.module.modules())


def test_noise_samples_are_seeded_and_fit_the_inputs(model):
    one, two = (list(calibrate.noise_samples(model.card, count=6)) for _ in range(2))
    assert all(
        torch.equal(a, b) for (_, x, _), (_, y, _) in zip(one, two, strict=True) for a, b in zip(x, y, strict=True)
    )
    assert [tuple(x.shape) for x in one[0][1]] == [(3, 1, 16, 16), (2, 4, 16, 16)]
