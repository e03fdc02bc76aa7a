"""Users' own files and packages: what works, and what each mistake is answered with."""

import os
import sys
import textwrap
from importlib.metadata import EntryPoint

import pytest
import torch

from contract.errors import ModelProblem
from worker.models import own

GOOD = """
    import torch
    from torch import nn
    def build():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 2))
    CARD = {"streams": [{"name": "clip", "kind": "clip", "frames": 4, "height": 8, "width": 8}],
            "classes": ["wave", "clap"]}
"""


@pytest.fixture
def write(tmp_path):
    def file(text, name="net.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return path

    return file


def test_a_file_gives_a_network_and_what_is_said_of_it(write):
    module, sheet = own.build(write(GOOD))
    assert [type(part).__name__ for part in module] == ["Conv3d", "AdaptiveAvgPool3d", "Flatten", "Linear"]
    assert (sheet.title, sheet.classes) == ("net", ("wave", "clap"))


def test_a_file_imports_its_neighbours(write):
    write("WIDTH = 4", "beside_the_net.py")
    assert own.build(write("from beside_the_net import WIDTH\n" + textwrap.dedent(GOOD)))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("def build", "def make"), "no function build"),
        (("return nn", "return 3 #"), "returned a int"),
        (("def build():", "def build():\n        raise RuntimeError('no weights')"), r"no weights \(net.py, line 5\)"),
        (("CARD", "CARDS"), "no dictionary CARD"),
        (('"kind": "clip"', '"kind": "film"'), "film"),
        (('"frames": 4,', '"frames": 0,'), "frames"),
        (('["wave", "clap"]', '"labels.txt"'), "labels.txt"),
        (("import nn", "import nonsense"), "cannot be run"),
        (("import torch", "import nonsense"), "no module 'nonsense'.*pip install nonsense"),
        (("def build():", "def build():\n        import sys; sys.exit(3)"), "SystemExit: 3"),
        (("def build():", "def build():\n        torch.zeros(10**15)"), "more memory"),
        (("def build", "def build("), "SyntaxError"),
    ],
)
def test_mistakes_are_named(write, change, word):
    with pytest.raises(ModelProblem, match=word):
        own.build(write(GOOD.replace(*change)))


def test_a_file_that_is_not_there_or_no_python_is_refused(write, tmp_path):
    with pytest.raises(ModelProblem, match="no file"):
        own.build(tmp_path / "nowhere.py")
    with pytest.raises(ModelProblem, match=r"end in \.py"):
        own.build(write("x", "net.txt"))


def test_an_installed_package_offers_networks_by_entry_point(write, tmp_path, monkeypatch):
    write(GOOD, "a_package_with_a_net.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [EntryPoint("their-net", "a_package_with_a_net", own.GROUP), EntryPoint("gone", "nowhere", own.GROUP)]
    monkeypatch.setattr(own, "entry_points", lambda group: points)
    assert list(own.installed()) == ["their-net", "gone"]
    assert own.build_installed("their-net")[1].title == "their-net"
    with pytest.raises(ModelProblem, match="nowhere cannot be imported"):
        own.build_installed("gone")
    with pytest.raises(ModelProblem, match="No installed package"):
        own.build_installed("other")


def test_an_edit_within_the_same_second_is_seen(write, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file = write(GOOD)
    first, _ = own.build(file)
    times = file.stat()
    write(GOOD.replace("seed(0)", "seed(1)"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    second, _ = own.build(file)
    assert not torch.equal(first[0].weight, second[0].weight)
    assert not (file.parent / "__pycache__").exists()
