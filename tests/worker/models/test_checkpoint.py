"""Files that are no weights, or worse: each is answered in a line, soon, without running anything in them."""

import io
import json
import os
import pickle
import resource
import struct
import time
import zipfile

import pytest
import torch
from safetensors.torch import save, save_file
from torch import nn

from contract.errors import ModelProblem
from worker.models import checkpoint

STATE = {"conv.weight": torch.randn(4, 3, 3, 3), "conv.bias": torch.zeros(4)}


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/ran-from-a-checkpoint",)


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def archive(names, compression=zipfile.ZIP_STORED, content=b"x"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as z:
        for name in names:
            z.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        save(STATE),
        saved(STATE),
        saved(STATE, _use_new_zipfile_serialization=False),
        saved({"state_dict": STATE, "epoch": 3}),
        saved({"model_state": STATE, "optimizer": {"lr": 0.1}}),
    ],
    ids=["safetensors", "zip", "legacy", "wrapped", "PySlowFast"],
)
def test_weights_are_read_in_every_common_form(tmp_path, content):
    (tmp_path / "w").write_bytes(content)
    found = checkpoint.read(tmp_path / "w")
    assert found.keys() == STATE.keys()
    assert all(torch.equal(found[name], STATE[name]) for name in STATE)


VAST = json.dumps({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4]}}).ljust(128).encode()
ZEROS = b"\0" * 50_000_000

HOSTILE = {
    "zero bytes": (b"", "empty"),
    "one byte": (b"x", "neither safetensors nor"),
    "noise": (os.urandom(1000).replace(b"\x80", b"a").replace(b"P", b"a"), "neither safetensors nor"),
    "truncated zip": (saved(STATE)[:700], "damaged or cut short"),
    "truncated legacy": (saved(STATE, _use_new_zipfile_serialization=False)[:300], "damaged"),
    "truncated safetensors": (save(STATE)[:-50], "damaged or cut short"),
    "a header of 10 GB": (struct.pack("<Q", 10**10) + b'{"a":' + b" " * 100, "header claims 10,000,000,000 bytes"),
    "a tensor of 10 TB": (struct.pack("<Q", 128) + VAST + b"1234", "damaged"),
    "pickled code": (saved({"a": Bomb()}), "pickled code.*never run"),
    "plain pickle": (pickle.dumps({"a": Bomb()}), "pickled code|damaged"),
    "a whole network": (saved(nn.Linear(2, 2)), "pickled code.*state_dict"),
    "numbers": (saved([1, 2, 3]), "holds a list"),
    "no tensors": (saved({"epoch": 3}), "no tensors; its entries are epoch"),
    "a zip bomb": (archive(["net/data.pkl"], zipfile.ZIP_DEFLATED, ZEROS), "claims to hold 50,000,000 bytes"),
    "another archive": (archive(["readme.txt"]), "without PyTorch weights"),
    "TorchScript": (archive(["net/data.pkl", "net/code/net.py"]), "TorchScript"),
    "MATLAB": (b"MATLAB 5.0 MAT-file", "MATLAB"),
    "HDF5": (b"\x89HDF\r\n\x1a\n", "HDF5"),
    "a web page": (b"<!DOCTYPE html><title>Sign in", "web page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS"),
    "gzip": (b"\x1f\x8b\x08\x00", "unpack it first"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_and_broken_files_are_named_in_a_line(tmp_path, content, words):
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(ModelProblem, match=words) as caught:
        checkpoint.read(path)
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "memory is bounded"
    assert "\n" not in caught.value.detail
    assert not os.path.exists("/tmp/ran-from-a-checkpoint")


def test_what_is_not_there_or_a_folder_is_said(tmp_path):
    with pytest.raises(ModelProblem, match="No such file"):
        checkpoint.read(tmp_path / "nowhere")
    with pytest.raises(ModelProblem, match="directory"):
        checkpoint.read(tmp_path)


def test_a_file_is_read_as_a_whole_or_not_at_all(tmp_path):
    save_file({"a": torch.zeros(3)}, tmp_path / "a")
    assert checkpoint.read(tmp_path / "a")["a"].tolist() == [0, 0, 0]
