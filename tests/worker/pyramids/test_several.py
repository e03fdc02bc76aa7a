import pytest
import torch

from contract.pyramid import PyramidRequest, bind
from tests.worker.pyramids.networks import Chain, card_of, clip
from worker.analyses.collection import Entry
from worker.models.model import Model
from worker.pyramids import relevance, several
from worker.pyramids.trust import Ablation
from worker.pyramids.verification import NETWORKS, noise, trial

CARD = card_of(Chain(), {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4})
SEEDS = (0, 1, 2)
LABEL = 1


def entries():
    return [Entry(name=str(seed), label=LABEL, read=lambda speed, seed=seed: clip(seed)) for seed in SEEDS]


def made():
    told = []
    model = Model(CARD, Chain().eval().requires_grad_(False))
    spec = bind(PyramidRequest(clip=f"class-{LABEL}", units=3), CARD)
    whole = several.take_apart(model, spec, entries(), progress=lambda *said: told.append(said))
    passages = [relevance.passage(model.module, CARD, clip(seed), label=LABEL) for seed in SEEDS]
    return whole, passages, told


def test_what_a_unit_gives_is_the_mean_over_the_clips_and_the_strongest_means_are_listed():
    whole, passages, _ = made()
    for row in whole.rows:
        (layer,) = row.layers
        mean = torch.stack([found.relevance(layer) for found in passages]).mean(0)
        listed = {node.unit: node.relevance for node in row.nodes if node.unit is not None}
        assert set(listed) == set(mean.abs().topk(3).indices.tolist())
        for unit, value in listed.items():
            assert value == pytest.approx(float(mean[unit]), rel=1e-4, abs=1e-6)
        (rest,) = [node.relevance for node in row.nodes if node.unit is None]
        assert rest + sum(listed.values()) == pytest.approx(float(mean.sum()), rel=1e-4, abs=1e-5)
    assert whole.score == pytest.approx(sum(float(f.score.detach()) for f in passages) / 3, rel=1e-4)


def test_edges_add_up_in_the_mean_too():
    whole, _, _ = made()
    for above, row in zip(whole.rows, whole.rows[1:], strict=False):
        for node in row.nodes:
            out = sum(e.weight for e in whole.edges if (e.source, e.source_unit) == (node.layer, node.unit))
            assert out == pytest.approx(node.relevance, rel=1e-3, abs=1e-4)
        for node in above.nodes:
            into = sum(e.weight for e in whole.edges if (e.target, e.target_unit) == (node.layer, node.unit))
            bias = sum(b.weight for b in whole.biases if (b.layer, b.unit) == (node.layer, node.unit))
            assert into + bias == pytest.approx(node.relevance, rel=1e-3, abs=1e-4)


def test_a_frequency_is_the_part_of_clips_in_which_a_unit_is_among_the_strongest(monkeypatch):
    monkeypatch.setattr(several, "SELECTED", 2)
    whole, passages, _ = made()
    top = [set(found.relevance("conv1").abs().topk(2).indices.tolist()) for found in passages]
    (row,) = [row for row in whole.rows if row.layers == ("conv1",)]
    for node in row.nodes:
        if node.unit is not None:
            assert node.frequency == pytest.approx(sum(node.unit in each for each in top) / 3, abs=1e-3)


def test_members_are_told_and_progress_counts_every_clip_twice():
    whole, passages, told = made()
    assert [member.name for member in whole.members] == ["0", "1", "2"]
    assert [member.score for member in whole.members] == [
        pytest.approx(float(f.score.detach()), rel=1e-4) for f in passages
    ]
    assert told == [("pyramids", step, 6) for step in range(6)]
    assert (whole.clip, whole.name) == ("class-1", "3 clips of class 1")


def test_units_are_silenced_in_the_order_of_the_means():
    whole, passages, _ = made()
    assert whole.trust is not None
    row = whole.trust.layers
    mean = torch.stack([found.relevance(row[0]) for found in passages]).mean(0)
    units = mean.argsort(descending=True)[: max(1, round(whole.trust.shares[-1] * len(mean)))].tolist()
    module = Chain().eval().requires_grad_(False)
    falls = [
        Ablation(module, found, clip(seed), row)(units, keep=False) for seed, found in zip(SEEDS, passages, strict=True)
    ]
    (curve,) = [curve for curve in whole.trust.curves if curve.rule == "default"]
    assert curve.removed[-1] == pytest.approx(sum(falls) / 3, rel=1e-3, abs=1e-4)
    assert whole.trust.agreement == ()


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.long) for name in NETWORKS])
def test_nothing_is_lost_in_the_mean_whatever_the_architecture(name, monkeypatch):
    monkeypatch.setattr(several, "TRIED", 1)
    model = trial(name)
    clips = [
        Entry(name=str(seed), label=1, read=lambda speed, seed=seed: noise(model.card, seed=seed)) for seed in (0, 1)
    ]
    whole = several.take_apart(model, bind(PyramidRequest(clip="class-1", units=2), model.card), clips)
    assert len(whole.rows) >= 2
    assert max(row.error for row in whole.rows) <= 1e-4
    given = sum(node.relevance for node in whole.rows[0].nodes)
    assert given + whole.bias == pytest.approx(whole.score, rel=1e-3, abs=1e-4)
