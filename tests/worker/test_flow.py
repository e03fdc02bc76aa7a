import hashlib
import types

import cv2
import numpy as np
import pytest
import torch
from torchvision.models import optical_flow as published

from contract.errors import ClipProblem
from worker import flow as flows
from worker.flow import method, optical_flow


def textured(side: int = 128) -> np.ndarray:
    noise = np.random.default_rng(0).normal(size=(side // 4, side // 4, 3))
    return np.clip(128 + 40 * cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC), 0, 255)


def test_a_translation_is_recovered_in_pixels_with_v_downwards():
    picture = textured()
    steps = [(0.0, 0.0), (1.5, -0.75), (3.0, -1.5)]
    frames = [cv2.warpAffine(picture, np.float32([[1, 0, dx], [0, 1, dy]]), (128, 128)) for dx, dy in steps]
    flow = optical_flow(np.stack(frames).round().astype(np.uint8))
    assert flow.shape == (2, 2, 128, 128)
    inner = flow[:, :, 24:-24, 24:-24]
    assert np.median(inner[:, 0]) == pytest.approx(1.5, abs=0.1)
    assert np.median(inner[:, 1]) == pytest.approx(-0.75, abs=0.1)


def test_a_still_clip_has_no_motion():
    frames = np.repeat(textured()[None].round().astype(np.uint8), 3, axis=0)
    assert np.abs(optical_flow(frames)).max() < 0.05


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 32, 32), np.uint8),
        np.zeros((2, 32, 32, 3), np.float32),
        np.zeros((1, 32, 32, 3), np.uint8),
    ],
)
def test_frames_of_another_shape_or_type_are_refused(frames):
    with pytest.raises(ValueError, match=r"frames"):
        optical_flow(frames)


def test_methods_go_by_name(tmp_path):
    assert method("dis", weights=tmp_path) is flows.optical_flow
    with pytest.raises(ClipProblem, match="flow 'lk' is neither a folder of pictures nor one of dis, tvl1, raft"):
        method("lk", weights=tmp_path)


def test_tvl1_needs_the_contributed_modules(tmp_path, monkeypatch):
    monkeypatch.delattr(cv2, "optflow", raising=False)
    with pytest.raises(ClipProblem, match="install opencv-contrib-python-headless"):
        method("tvl1", weights=tmp_path)
    still = types.SimpleNamespace(calc=lambda before, _after, _start: np.full((*before.shape, 2), 3, np.float32))
    made = types.SimpleNamespace(DualTVL1OpticalFlow_create=lambda: still)
    monkeypatch.setattr(cv2, "optflow", made, raising=False)
    fields = method("tvl1", weights=tmp_path)(np.zeros((3, 8, 9, 3), np.uint8))
    assert fields.shape == (2, 2, 8, 9)
    assert (fields == 3).all()


def test_raft_needs_its_weights_and_only_the_published_ones(tmp_path):
    with pytest.raises(ClipProblem, match=r"place https://.*raft_large\S+\.pth in "):
        method("raft", weights=tmp_path)
    (tmp_path / "raft_large_C_T_SKHT_V2-ff5fadd5.pth").write_bytes(b"another")
    with pytest.raises(ClipProblem, match="its SHA-256 does not begin with ff5fadd5"):
        method("raft", weights=tmp_path)


def test_raft_is_torchvisions_and_its_fields_have_the_size_of_the_frames(tmp_path, monkeypatch):
    torch.manual_seed(0)
    network = published.raft_large().eval()
    monkeypatch.setattr(published, "raft_large", lambda: network)
    torch.save(network.state_dict(), tmp_path / "part.pth")
    hashed = hashlib.sha256((tmp_path / "part.pth").read_bytes()).hexdigest()[:8]
    (tmp_path / "part.pth").rename(tmp_path / f"raft-{hashed}.pth")
    entry = types.SimpleNamespace(DEFAULT=types.SimpleNamespace(url=f"https://example.org/raft-{hashed}.pth"))
    monkeypatch.setattr(published, "Raft_Large_Weights", entry)
    estimate = method("raft", weights=tmp_path)
    frames = textured()[None].repeat(2, 0).round().astype(np.uint8)
    frames[1] = np.roll(frames[0], 3, axis=1)
    clip = torch.from_numpy(frames).permute(0, 3, 1, 2) / 127.5 - 1
    with torch.inference_mode():
        own = network(clip[:1], clip[1:])[-1]
    assert np.allclose(estimate(frames), own.numpy(), atol=1e-4)
    small = estimate(frames[:, :96, :120])
    assert small.shape == (1, 2, 96, 120)
