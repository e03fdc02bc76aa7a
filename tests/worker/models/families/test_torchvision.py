import pytest

from tests.worker.models.families.counting import count
from worker.models import graph
from worker.models.families import torchvision


@pytest.mark.parametrize("name", torchvision.KNOWN)
def test_what_torchvision_says_is_read(name):
    sheet, file = torchvision.sheet(name), torchvision.published(name)
    (stream,) = sheet.streams
    assert len(sheet.classes) == (400 if stream.kind == "clip" else 1000)
    assert 0.5 < sheet.accuracy["acc@1"] < sheet.accuracy["acc@5"] < 1
    assert (len(stream.mean), 0 < stream.std[0] < 1, stream.height in (112, 224)) == (3, True, True)
    assert stream.frames in ({1} if stream.kind == "appearance" else {16, 32})
    assert len(file.checksum) == 8
    assert file.checksum in file.file
    assert "`" not in sheet.description


@pytest.mark.parametrize("name", torchvision.KNOWN)
def test_parameters_and_multiplications_are_the_published_ones(name):
    entry, (stream,) = torchvision._entry(name), torchvision.sheet(name).streams
    counted = count(torchvision.KNOWN[name].build, graph.shape_of(stream))
    assert counted.parameters == entry.meta["num_params"]
    if not any(word in name for word in ("mvit", "swin", "vit", "s3d")):  # attention multiplies more than its layers do
        assert counted.products == pytest.approx(entry.meta["_ops"] * 1e9, rel=0.01)
