import av
import numpy as np
import pytest
import torch

from contract.errors import ClipProblem
from worker import clips
from worker.analyses import collection
from worker.analyses.planted import CARD
from worker.datasets import reader
from worker.datasets.footage import Clip
from worker.demo.clips import CLASSES
from worker.models.demo import STREAMS


def film(path, frames=40, rate=24):
    """A film of 32 x 32 whose frame i is grey level 5 i."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "bgr0"
        for index in range(frames):
            picture = np.full((32, 32, 3), 5 * index, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def from_folder(folder, card):
    return collection.from_set(reader.find(folder, cache=folder / "flow"), card)


CLIP = CARD.model_copy(
    update={"streams": (CARD.streams[0].model_copy(update={"kind": "clip", "frames": 4, "fps": 12.0}),)}
)


def test_labels_are_those_of_the_card_and_names_are_places_in_the_folder(tmp_path):
    film(tmp_path / "Bright" / "a.mkv")
    film(tmp_path / "swimming" / "b.mkv")
    first, second = from_folder(tmp_path, CLIP)
    assert (first.name, first.label) == ("Bright/a.mkv", 0)
    assert (second.name, second.label) == ("swimming/b.mkv", None)
    assert first.id != second.id
    with pytest.raises(ClipProblem, match="not a folder"):
        reader.find(tmp_path / "nowhere", cache=tmp_path)


@pytest.mark.parametrize(("speed", "step"), [(0.5, 1), (1.0, 2), (2.0, 4), (4.0, 8)])
def test_a_film_played_faster_shows_other_frames_in_the_same_number(tmp_path, speed, step):
    film(tmp_path / "moving" / "a.mkv")
    (entry,) = from_folder(tmp_path, CLIP)
    (x,) = entry.read(speed)
    levels = (x[0, :, 8, 8] + 127.5) / 5
    assert levels.diff().tolist() == pytest.approx([step] * 3, abs=0.3)


def test_no_frame_is_shown_twice(tmp_path):
    film(tmp_path / "moving" / "a.mkv", frames=12)
    (entry,) = from_folder(tmp_path, CLIP)
    assert entry.read(0.25) is None, "24 frames a second are too few for a quarter of the speed"
    assert entry.read(4.0) is None, "the film is too short"
    assert entry.read(1.0) is not None


def test_replayed_flow_is_scaled_and_the_picture_stays(tmp_path):
    film(tmp_path / "moving" / "a.mkv")
    (entry,) = from_folder(tmp_path, CARD)
    still, slow, fast = entry.read(1.0), entry.read(0.5), entry.read(2.0)
    assert torch.equal(still[0], slow[0])
    assert torch.allclose(still[1] * 0.5, slow[1])
    assert fast[1].abs().max() <= 127.5


def test_drawn_clips_are_drawn_anew_at_another_speed():
    easy = collection.drawn(10, 5, streams=STREAMS)
    assert [entry.label for entry in easy] == list(range(10))
    balls = easy[CLASSES.index("fast billiards")]
    slow, own = balls.read(0.25), balls.read(1.0)
    assert torch.equal(slow[0], own[0]), "the still frame is the same at every speed"
    assert 0 < slow[1].abs().mean() < 0.6 * own[1].abs().mean()
    assert "balls" in balls.parts()
    hard = collection.drawn(10, 5, streams=STREAMS, hard=True)
    assert not {entry.id for entry in easy} & {entry.id for entry in hard}
    assert {entry.split for entry in hard} == {"hard"}


def test_an_entry_is_written_as_a_film_and_a_part_of_a_film_as_one_of_its_own(tmp_path):
    (drawn,) = collection.drawn(1, 5, streams=STREAMS)
    assert drawn.write is not None
    drawn.write(tmp_path / "film.mkv")
    frames, rate = clips.decode(tmp_path / "film.mkv")
    assert (frames.shape, rate) == ((11, 96, 96, 3), 25)
    collection._copy(Clip(tmp_path / "film.mkv", None), tmp_path / "same.mkv")
    assert (tmp_path / "same.mkv").read_bytes() == (tmp_path / "film.mkv").read_bytes()
    collection._copy(Clip(tmp_path / "film.mkv", None, start=0.2, end=0.4), tmp_path / "part.mkv")
    assert (clips.decode(tmp_path / "part.mkv")[0] == frames[5:10]).all()
