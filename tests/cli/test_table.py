from cli import table
from contract.catalogue import Head
from worker.models import demo


def test_layers_stand_in_columns():
    lines = list(table.layers(demo.card()))
    assert lines[0].split()[:3] == ["layer", "kind", "units"]
    end = lines[0].index("units") + len("units")
    assert [int(line[:end].split()[-1]) for line in lines[1:]] == [layer.units for layer in demo.card().layers]
    fusion = next(line.split() for line in lines if line.startswith("conv5_fusion"))
    assert fusion == ["conv5_fusion", "conv", "128", "1x6x6", "16", "86", "10", "appearance+motion", "yes", "*"]


def test_a_model_in_a_line():
    card = demo.card()
    assert "appearance 1x96x96, motion 10x96x96, classes: 10 at layer classes." in table.summary(card)
    heads = (Head(layer="verb", classes=("cut",)), Head(layer="noun"))
    assert "1 at layer verb, unnamed at layer noun." in table.summary(card.model_copy(update={"heads": heads}))
