import json

from cli.__main__ import main
from worker.demo import production


def test_one_seed_makes_everything_in_order(monkeypatch, capsys):
    calls = []

    def record(name, answer=None):
        def call(*args, **named):
            calls.append((name, args, named))
            return answer

        monkeypatch.setattr(production, name, call)

    record("draw_training", "clips")
    record("train_networks")
    record("draw_held_out", "splits")
    record("write_card", {"joint": 0.991})
    assert main(["train-demo", "--clips", "40", "--held-out", "20", "--epochs", "2", "--seed", "9"]) == 0
    assert [name for name, _, _ in calls] == ["draw_training", "train_networks", "draw_held_out", "write_card"]
    assert calls[0][1] == (40,)
    assert calls[1][1] == ("clips",)
    assert calls[1][2] == {"epochs": 2, "seed": 9, "processes": 2}
    assert calls[2][1] == (20,)
    assert calls[3][1] == ("splits",)
    assert {named["seed"] for _, _, named in calls if "seed" in named} == {9}
    assert "joint" in capsys.readouterr().out
    assert main(["train-demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"joint": 0.991}
