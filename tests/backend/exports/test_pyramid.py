import json
import re

from backend.desk import filed
from backend.exports import pyramid
from contract.findings import SurveyedClip
from contract.pyramid import Node, Pyramid, Row, Tubes
from contract.result import StreamPicture
from contract.settings import ROOT
from contract.store import Files
from tests.fakes import CARD, result, spec

NODES = (Node(layer="conv1", unit=2, relevance=1.5), Node(layer="conv1", unit=5, relevance=1.0))
MADE = Pyramid(
    model="tiny",
    fingerprint=CARD.fingerprint,
    clip="0123",
    name="a.mp4",
    label=1,
    predicted=2,
    rival=0,
    score=2.5,
    bias=0.0,
    rows=(Row(layers=("conv1",), nodes=(*NODES, Node(layer="conv1", unit=None, relevance=0.0)), error=0.0),),
    edges=(),
    biases=(),
)
PICTURE = StreamPicture(name="c", kind="clip", frames=2, height=4, width=4, fps=8, strip="c.webp", poster="p.webp")


def given(tmp_path, clip=None):
    """What lies in the file; of the two units the run of the first is filed."""
    files = Files(tmp_path)
    known = spec(2)
    folder = tmp_path / known.id[:2] / known.id
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(result(known).model_dump_json())
    (folder / "motion-poster.webp").write_bytes(b"poster")
    text = pyramid.page(
        ROOT / "frontend",
        CARD,
        MADE,
        tubes=Tubes(tubes=()),
        clip=clip,
        look=lambda specs: filed(files, specs),
        pictures=files.media,
        clip_pictures=lambda identity, file: b"strip" if file == "c.webp" else None,
    )
    (raw,) = re.findall(r'id="given">(.*?)</script>', text)
    return json.loads(raw), text, known.id


def test_pictures_that_are_computed_are_in_it(tmp_path):
    data, _, identity = given(tmp_path)
    assert data["units"]["conv1:2"]["variants"]["slow"]["state"] == "finished"
    assert data["units"]["conv1:5"]["variants"]["slow"]["state"] == "absent"
    assert data["units"]["conv1:5"]["dead"]
    assert set(data["media"]) == {f"{identity}/motion-poster.webp"}


def test_its_clip_and_the_layers_that_it_shows_are_in_it(tmp_path):
    clip = SurveyedClip(id="0123", name="a.mp4", label=1, predicted=2, streams=(PICTURE,))
    data, text, _ = given(tmp_path, clip)
    assert "0123/c.webp" in data["media"]
    assert "0123/p.webp" not in data["media"]
    assert [layer["path"] for layer in data["card"]["layers"]] == ["conv1"]
    assert data["pyramid"] == MADE.model_dump(mode="json")
    assert "<title>Why violin and not cello? a.mp4, Tiny</title>" in text


def test_its_name_says_what_it_is_of():
    assert pyramid.name(MADE) == "tiny-pyramid-0123-1.html"
