import pytest
import torch

from worker.models import weights, zoo
from worker.models.families import tsn
from worker.models.families.bn_inception import BNInception


def test_three_segments_of_one_clip():
    for name, side in (("tsn_bn_inception", 224), ("tsn_inception_v3", 299)):
        appearance, motion = zoo.sheet(name, weights="").streams
        assert (appearance.frames, motion.frames, appearance.height, appearance.order) == (3, 15, side, "BGR")
        assert appearance.fps * 5 == motion.fps


def test_scores_are_the_mean_over_segments_and_streams():
    torch.manual_seed(0)
    network = tsn.network(BNInception, 3).eval()
    frames, flow = torch.randn(1, 3, 3, 64, 64), torch.randn(1, 2, 15, 64, 64)
    with torch.no_grad():
        parts = [network(frames[:, :, [i]], flow[:, :, 5 * i : 5 * i + 5]) for i in range(3)]
        assert torch.allclose(network(frames, flow), sum(parts) / 3, atol=1e-4)


def test_a_file_per_stream(tmp_path):
    torch.manual_seed(1)
    network = tsn.network(BNInception)
    files = [tmp_path / f"{part}.pth" for part in ("appearance", "motion")]
    for file in files:
        torch.save(network.get_submodule(file.stem).state_dict(), file)
    found = weights.take("tsn_bn_inception", *files, data=tmp_path)
    assert "appearance.pth and motion.pth" in found.words
    filled = weights.fill(zoo.network("tsn_bn_inception"), "tsn_bn_inception", tmp_path).state_dict()
    assert all(torch.equal(filled[name], value) for name, value in network.state_dict().items())
    with pytest.raises(weights.ModelProblem, match="one file, or one each for appearance and motion; 3 are given"):
        weights.take("tsn_bn_inception", *files, files[0], data=tmp_path)
    with pytest.raises(weights.ModelProblem, match="is imported from one file; 2 are given"):
        weights.take("mfnet", *files, data=tmp_path)


def test_segments_are_snippets_that_lie_apart():
    for name in ("tsn_bn_inception", "tsn_inception_v3"):
        assert [stream.segments for stream in zoo.sheet(name, weights="").streams] == [3, 3]
