"""A drawn clip of the demo, whose class is known, probed as somebody's own clip would be."""

import pytest
import torch

from contract.clip import CheckSpec, Clips
from contract.probe import Probe, ProbeRequest, bind, file_of
from contract.units import UnitName
from worker.analyses import collection
from worker.analyses.survey import run
from worker.models import demo
from worker.probing import check, probe

ID = "ab" * 16


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return demo.build(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def entry(model):
    return collection.drawn(5, 77, streams=model.card.streams)[4]


@pytest.fixture(scope="module")
def ask(model, entry, tmp_path_factory):
    clips = Clips(tmp_path_factory.mktemp("clips"))
    clips.place(ID).mkdir(parents=True)
    check.check(CheckSpec(clip=ID, surveyed="0" * 16), clips, fetch=lambda _, to: entry.write(to / "original"))
    phases = []

    def make(**more):
        film = clips.film(ID)
        assert film is not None
        spec = bind(ProbeRequest(clip=ID, **more), model.card, film)
        probe.probe(model, spec, clips, progress=lambda phase, *_: phases.append(phase))
        raw = clips.read(ID, file_of(spec))
        assert raw
        return Probe.model_validate_json(raw), clips

    make.phases = phases
    return make


def test_a_clip_is_taken_for_what_it_is_as_if_it_were_never_a_file(model, entry, ask):
    found, clips = ask()
    with torch.no_grad():
        scores, _ = run(model.module, model.card, entry.read(1.0))
    assert found.classes[0] == entry.label == int(scores.argmax())
    (window,) = found.windows
    assert window.probabilities[0] == pytest.approx(float(scores.softmax(0).max()), abs=0.02)  # levels are not rounded
    assert window.intact == window.probabilities
    assert sum(window.probabilities) <= 1.0001
    assert (found.at, found.length) == (0.22, 0.44)
    assert [(s.name, s.frames, s.height) for s in found.streams] == [("appearance", 1, 96), ("motion", 10, 96)]
    assert "dense inverse search" in found.flow
    assert [s.name for s in found.saliency] == ["saliency-appearance", "saliency-motion"]
    for picture in (*found.streams, *found.saliency):
        assert clips.media(ID, picture.strip)
        assert clips.media(ID, picture.poster)
    assert ask.phases[:3] == ["decoding", "windows", "one window"]


def test_the_units_that_fire_most_are_listed_with_their_course_and_place(model, entry, ask):
    found, clips = ask()
    layers = {layer.path: layer for layer in found.layers}
    assert set(layers) == {layer.path for layer in model.card.layers if layer.recommended} | {"fc7"}
    with torch.no_grad():
        _, outputs = run(model.module, model.card, entry.read(1.0))
    peaks = outputs["conv5_fusion"][0].flatten(1).amax(1) / model.statistics.reference("conv5_fusion", logits=False)
    listed = layers["conv5_fusion"].units
    assert len({unit.unit for unit in listed} & set(peaks.topk(8).indices.tolist())) >= 5
    assert [unit.normalized for unit in listed] == sorted((u.normalized for u in listed), reverse=True)
    for unit in listed:
        assert max(unit.trace) == pytest.approx(unit.activation, abs=1e-3)
        assert len(unit.course) == 1
        assert unit.tube is not None
        assert (unit.tube.height, unit.tube.width) == (6, 6)
        assert clips.media(ID, unit.tube.strip)
    assert layers["classes"].units[0].unit == entry.label
    assert layers["fc7"].units[0].tube is None


def test_silent_units_are_missed_and_the_others_beside_them_are_told(model, entry, ask):
    silenced = [unit.unit for unit in ask()[0].layers[-2].units]
    found, _ = ask(ablate=tuple(UnitName(layer="fc7", unit=unit) for unit in silenced))
    (window,), (before,) = found.windows, ask()[0].windows
    known = dict(zip(ask()[0].classes, before.probabilities, strict=True))
    assert all(p == known.get(label, p) for label, p in zip(found.classes, window.intact, strict=True))
    others = torch.ones(model.card.layer("fc7").units)
    others[silenced] = 0
    hook = model.module.fc7.register_forward_hook(lambda _module, _inputs, y: y * others.view(-1, *[1] * (y.ndim - 2)))
    with torch.no_grad():
        scores, _ = run(model.module, model.card, entry.read(1.0))
    hook.remove()
    wanted = scores.softmax(0)[list(found.classes)].tolist()
    assert window.probabilities == pytest.approx(wanted, abs=0.02)
    assert window.probabilities[0] < window.intact[0]
    assert not {unit.unit for unit in found.layers[-2].units} & set(silenced)


@pytest.mark.parametrize(("output", "total"), [("softmax", 1.0), ("sigmoid", 1.5)])
def test_probabilities(output, total):
    assert float(probe.probabilities(torch.zeros(3), output).sum()) == pytest.approx(total)
