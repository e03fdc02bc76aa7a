"""Small networks of every kind, with random weights, by way of a folder as from_pretrained reads it."""

import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch

from contract.errors import ModelProblem
from contract.spec import Parameters, VisualizationRequest, bind
from tests.worker.planted import last
from worker.models import assemble, huggingface
from worker.models.model import Model
from worker.objectives import as_map
from worker.optimize import optimize

SMALL = {
    "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48, "image_size": 32,
    "num_frames": 4, "num_labels": 3,
}  # fmt: skip
KINDS = {"videomae": {"patch_size": 16}, "timesformer": {"patch_size": 16}, "vivit": {"tubelet_size": [2, 16, 16]}}
LAYOUTS = {"videomae": "N (T H W) C", "timesformer": "N 1+(H W T) C", "vivit": "N 1+(T H W) C"}
FRAMES = {"videomae": 2, "timesformer": 4, "vivit": 2}


def test_without_the_library_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(huggingface.importlib, "import_module", missing)
    with pytest.raises(ModelProblem, match=r"pip install -r requirements-huggingface.txt"):
        huggingface.build(tmp_path)


@pytest.fixture
def library():
    return pytest.importorskip("transformers", reason="transformers is an optional extra and is not installed")


@pytest.fixture
def save(library, tmp_path):
    def to_folder(kind, **changes):
        torch.manual_seed(0)
        config = library.AutoConfig.for_model(kind, **{**SMALL, **KINDS[kind], **changes})
        folder = tmp_path / kind
        library.AutoModelForVideoClassification.from_config(config).save_pretrained(folder)
        looks = {"image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.2, 0.2]}
        (folder / "preprocessor_config.json").write_text(json.dumps(looks))
        return folder

    return to_folder


@pytest.mark.parametrize("kind", KINDS)
def test_neurons_heads_and_classes_of_a_folder_can_be_optimized(kind, save, tmp_path):
    folder = save(kind, id2label={0: "wave", 1: "clap", 2: "jump"}, label2id={"wave": 0, "clap": 1, "jump": 2})
    assert huggingface.is_folder(folder)
    module, sheet = huggingface.build(folder)
    card = assemble.describe(kind, module, sheet, data=tmp_path)
    assert card.classes == ("wave", "clap", "jump")
    assert card.streams[0].mean == (0.4, 0.5, 0.6)
    assert card.class_layer == "network.classifier"
    neurons = [layer for layer in card.layers if layer.neurons]
    assert [layer.units for layer in neurons] == [48, 48]
    assert (neurons[0].layout, neurons[0].frames, neurons[0].height) == (LAYOUTS[kind], FRAMES[kind], 2)
    assert neurons[1].recommended
    attention = [layer for layer in card.layers if layer.kind == "heads"]
    assert {layer.units for layer in attention} == {2}
    assert len(attention) == (4 if kind == "timesformer" else 2)
    assert {(layer.frames, layer.height, layer.width) for layer in attention} == {(FRAMES[kind], 2, 2)}
    for path in (neurons[1].path, attention[-1].path, card.class_layer):
        request = VisualizationRequest(model=kind, layer=path, unit=1, parameters=Parameters(steps=3, jitter=0))
        (optimum,) = last(optimize(Model(card, module), [bind(request, card.fingerprint)]))
        assert optimum.activation > optimum.trace[0]


def test_every_token_is_where_the_layout_says(save, tmp_path):
    """In TimeSformer frames run fastest, and temporal attention keeps to its place."""
    module, sheet = huggingface.build(save("timesformer"))
    card = assemble.describe("net", module, sheet, data=tmp_path)
    layer = next(layer for layer in card.layers if layer.path.endswith("0.temporal_dense"))
    seen = {}
    handle = module.get_submodule(layer.path).register_forward_hook(lambda _m, _i, out: seen.update(out=out))
    x = torch.randn(1, 4, 3, 32, 32)
    moved = x.clone()
    moved[0, :, :, 16:, :16] += 1  # the lower left patch, over all frames
    maps = []
    for clip in (x, moved):
        module(clip)
        maps.append(as_map(seen["out"], 1, layer))
    handle.remove()
    change = (maps[0] - maps[1]).abs().amax((0, 1, 2))
    assert (change > 1e-6).tolist() == [[False, False], [True, False]]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "config.json").write_text('{"model_type": "bert"}'), "'bert' is no video classifier"),
        (lambda f: (f / "model.safetensors").unlink(), "cannot be loaded"),
        (lambda f: (f / "model.safetensors").write_bytes(b"x" * 100), "cannot be loaded"),
    ],
)
def test_broken_folders_are_named(save, spoil, words):
    folder = save("videomae")
    before = huggingface.stamp(folder)
    spoil(folder)
    assert huggingface.stamp(folder) != before
    with pytest.raises(ModelProblem, match=words):
        huggingface.build(folder)


def test_a_model_of_a_hub_is_pulled_into_a_folder(save, tmp_path, monkeypatch):
    folder, hub = save("videomae"), pytest.importorskip("huggingface_hub")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def translate_path(self, path):
            return str(folder / path.rpartition("/")[2])

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(hub, "hf_hub_url", lambda identity, file: f"{place}/{identity}/{file}", raising=False)
        pulled = huggingface.pull("them/net", data=tmp_path / "data", pause=0)
        server.shutdown()
    _, sheet = huggingface.build(pulled)
    assert sheet.title == "them/net"
    assert "unverified" in sheet.weights
    assert huggingface.pull("them/net", data=tmp_path / "data", pause=0) == pulled, "what is there is not asked for"
    with pytest.raises(ModelProblem, match=r"cannot be reached.*place config.json"):
        huggingface.pull("them/other", data=tmp_path / "data", pause=0)
    with pytest.raises(ModelProblem, match="owner/name"):
        huggingface.pull("../up/net", data=tmp_path / "data")
