import json

import pytest

from cli.__main__ import main
from worker.analyses import findings
from worker.analyses import verification as analyses
from worker.demo import inspection, production, verification
from worker.models import demo, registry
from worker.pyramids import verification as pyramids


@pytest.fixture
def asked(monkeypatch):
    """What the command asks the stages for; nothing is drawn or optimized."""
    calls = {}
    monkeypatch.setattr(demo, "build", lambda data: "model")
    monkeypatch.setattr(production, "draw_held_out", lambda clips, **rest: calls.update(clips=clips, drawn=rest))
    monkeypatch.setattr(inspection, "collect", lambda model, **rest: calls.update(rest))
    monkeypatch.setattr("benchmarks.report.machine", lambda: {"cores": 2})
    for name in ("accuracies", "biases", "flow_statistics", "transfer"):
        monkeypatch.setattr(verification, name, lambda _: iter(()))
    return calls


def plant(monkeypatch, joint):
    monkeypatch.setattr(verification, "accuracies", lambda splits: iter([("accuracy.joint", joint, "", ">= .98")]))


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("joint", "status"), [(0.99, 0), (0.97, 1)])
def test_a_missed_target_is_an_error_and_stands_in_the_file(monkeypatch, tmp_path, capsys, joint, status):
    plant(monkeypatch, joint)
    assert main(["verify", "demo", "--json", str(tmp_path / "v.json")]) == status
    assert ("MISSED" in capsys.readouterr().out) == bool(status)
    report = json.loads((tmp_path / "v.json").read_text())
    assert set(report) == {"machine", "version", "results"}
    assert report["results"] == [
        {"name": "accuracy.joint", "value": joint, "unit": "", "target": ">= .98", "ok": not status}
    ]


def test_fresh_clips_and_seeds_unless_told_otherwise(asked, monkeypatch):
    plant(monkeypatch, 1.0)
    main(["verify", "demo", "--threads", "1"])
    assert asked["clips"] == 1000
    assert asked["drawn"] == {"seed": 901, "processes": 1}
    assert list(asked["seeds"]) == list(range(910, 920))
    assert (asked["fusion_units"], asked["eye_seeds"], asked["orientation_seeds"]) == (32, 5, 10)


def test_quick_asks_for_less_and_a_seed_is_heard(asked, monkeypatch):
    plant(monkeypatch, 1.0)
    main(["verify", "demo", "--quick", "--seed", "40", "--threads", "1"])
    assert asked["clips"] == 300
    assert list(asked["seeds"]) == [40, 41, 42]
    assert asked["fusion_units"] == 8


def test_only_what_can_be_verified_is_accepted(capsys):
    with pytest.raises(SystemExit):
        main(["verify", "everything"])
    assert "demo" in capsys.readouterr().err


def test_findings_come_from_planted_units_optima_and_drawn_clips(monkeypatch, tmp_path):
    calls = {}
    monkeypatch.setattr("benchmarks.report.machine", dict)
    monkeypatch.setattr(analyses, "closed_cases", lambda: iter([("closed", 1.0, "", ">= 1")]))
    monkeypatch.setattr(analyses, "planted_bias", lambda model, seeds: iter([("rank", len(seeds), "", "<= 3")]))
    monkeypatch.setattr(findings, "analyse", lambda model, entries, *_, **__: calls.update(entries=entries))
    monkeypatch.setattr(analyses, "confusions", lambda *_: iter([("confusion", 1.0, "", "")]))
    monkeypatch.setattr(analyses, "curves", lambda *_: iter([("curve", 0.5, "", "")]))
    monkeypatch.setattr(findings, "look_at_optima", lambda *_, count, **__: calls.update(units=count))
    monkeypatch.setattr(analyses, "optima_curves", lambda found: iter([("chi", float(len(found)), "", "")]))
    file = tmp_path / "f.json"
    assert main(["verify", "findings", "--quick", "--json", str(file)]) == 0
    names = [line["name"] for line in json.loads(file.read_text())["results"]]
    assert names == ["closed", "rank", "confusion", "curve", "chi"]
    assert calls["units"] == 2
    assert [entry.split for entry in calls["entries"][:4]] == ["easy", "hard", "easy", "hard"]
    assert len(calls["entries"]) == 200


def test_the_fusion_is_trained_on_fewer_clips_when_it_is_quick(monkeypatch):
    from worker.demo import fusion

    calls = []
    found = [("fusion.difference", 0.0, "", ">= -.01")]
    monkeypatch.setattr(fusion, "verify", lambda **named: calls.append(named) or found)
    assert main(["verify", "fusion", "--quick", "--seed", "4"]) == 0
    assert main(["verify", "fusion"]) == 0
    assert [(call["clips"], call["seed"]) for call in calls] == [(1000, 4), (4000, 910)]


def test_pyramids_of_the_demo_on_drawn_clips_and_of_others_on_real_ones(monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr("benchmarks.report.machine", lambda: {"cores": 2})
    monkeypatch.setattr(registry, "load", lambda name, data: demo.build(data))
    monkeypatch.setattr(pyramids, "completeness", lambda names: iter([("completeness", len(names), "", "")]))
    monkeypatch.setattr(
        pyramids, "deletion", lambda model, entries, each_row: asked.append((len(entries), each_row)) or iter(())
    )
    assert main(["verify", "pyramids", "--quick"]) == 0
    assert "completeness" in capsys.readouterr().out
    (tmp_path / "cello").mkdir()
    for name in "ab":
        (tmp_path / "cello" / f"{name}.mp4").touch()
    assert main(["verify", "pyramids", "--model", "net", "--clips", str(tmp_path), "--data", str(tmp_path)]) == 0
    assert "completeness" not in capsys.readouterr().out
    assert asked == [(20, True), (2, False)]
