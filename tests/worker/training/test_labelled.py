import pytest
import torch

from contract.catalogue import Stream
from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker.datasets import reader
from worker.datasets.footage import Clip
from worker.training import labelled
from worker.training.labelled import Labelled

STREAMS = (
    Stream(name="appearance", kind="appearance", frames=1, height=14, width=14, layout="CHW", fps=10.0),
    Stream(name="motion", kind="motion", frames=2, height=14, width=14, layout="CHW", fps=10.0),
)


@pytest.fixture
def clips(tmp_path):
    film(tmp_path / "wave" / "a.mkv", step=2)
    film(tmp_path / "clap" / "b.mkv", step=-2)
    found = reader.find(tmp_path, cache=tmp_path / "flow")
    return Labelled(found, found.clips, [1, 0], STREAMS, seed=3)


def test_batches_are_the_networks_inputs_and_the_same_for_the_same_epoch(clips):
    rows = torch.tensor([1, 0])
    (appearance, motion), labels = clips.batch(rows, 2)
    assert appearance.shape == (2, 3, 14, 14)
    assert motion.shape == (2, 4, 14, 14)
    assert labels.tolist() == [0, 1]
    again, _ = clips.batch(rows.flip(0), 2)
    assert torch.equal(again[1], motion.flip(0)), "a window depends on clip and epoch only"
    assert not torch.equal(clips.batch(rows, 3)[0][0], appearance)


def test_a_mirrored_window_moves_the_other_way_and_an_enlarged_one_faster():
    stream = STREAMS[1]
    field = torch.zeros(2, 2, 16, 16)
    field[0, :, :, :8], field[1] = 3.0, 2.0
    kept = labelled._cut(field, stream, 14 / 16, 0.0, 0.0, False)
    turned = labelled._cut(field, stream, 14 / 16, 0.0, 0.0, True)
    assert torch.equal(kept, field[:, :, :14, :14])
    assert torch.equal(turned[0], -kept[0].flip(2))
    assert torch.equal(turned[1], kept[1].flip(2))
    whole = labelled._cut(field, stream, 1.0, 0.0, 0.0, False)
    assert whole[1].mean() == pytest.approx(2.0 * 14 / 16)


def test_the_middle_is_what_calibration_sees(clips):
    from worker import canvas
    from worker import clips as footage

    (appearance, _), _ = clips.middle(torch.tensor([0]))
    path = clips.clips[0].path
    (own,) = footage.read(path, STREAMS[:1])
    assert torch.equal(appearance, canvas.to_network(own[None], STREAMS[0]))


def test_what_cannot_be_read_is_left_out_and_flow_is_there_afterwards(clips, tmp_path):
    broken = tmp_path / "clap" / "c.mkv"
    broken.write_bytes(b"no video")
    failed = []
    more = Labelled(clips.found, [*clips.clips, Clip(broken, "clap")], [1, 0, 0], STREAMS)
    rows = list(more.prepare(lambda clip, reason: failed.append((clip.path.name, str(reason)))))
    assert rows == [0, 1]
    assert failed[0][0] == "c.mkv"
    kept = len(list((tmp_path / "flow").rglob("*.npz")))
    less = more.only(rows)
    less.batch(torch.arange(2), 5)
    less.middle(torch.arange(2))
    assert len(less) == 2
    assert kept == len(list((tmp_path / "flow").rglob("*.npz"))) > 2


def test_classes_are_the_known_ones_where_all_are_there_else_the_clips_own():
    found = [Clip(path, label) for path, label in ((None, "PlayingCello"), (None, "clap"), (None, None))]
    assert labelled.classes_of(found, ["playing cello", "Clap"]) == (("playing cello", "Clap"), True)
    assert labelled.classes_of(found, ["clap", "wave"]) == (("PlayingCello", "clap"), False)
    kept, numbers = labelled.numbered(found, ["clap"])
    assert ([clip.label for clip in kept], numbers) == (["clap"], [0])
    with pytest.raises(ClipProblem, match=r"Clips of 1 classes \(clap\) teach nothing"):
        labelled.classes_of(found[1:], ["a", "b"])
