"""A known network that somebody trained further on classes of their own: its last layer has as many units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from torch import Tensor, nn

from contract.errors import ModelProblem
from worker.models.families.late_fusion import Average
from worker.models.sheet import Sheet


class Tuning(BaseModel):
    """layers: paths of the class layers. units: how many classes. classes: their names, empty if they are not known."""

    layers: tuple[str, ...] = ()
    units: int
    classes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For titles and the card."""
        return f"fine-tuned, {self.units} classes"


def find(
    fitted: Mapping[str, Tensor], published: Mapping[str, Tensor], sheet: Sheet, names: Sequence[str]
) -> Tuning | None:
    """What of the weights is not as published: the number of classes, or their `names`. Raises ModelProblem.

    fitted: the file's weights under the network's names (keys.py). published: the network's. sheet: of the latter.
    """
    counts = {
        name.rpartition(".")[0]: len(value) for name, value in fitted.items() if value.shape != published[name].shape
    }
    if not counts and (not names or tuple(names) == sheet.classes):
        return None
    units = next(iter(counts.values()), len(sheet.classes))
    if len(set(counts.values())) > 1:
        raise ModelProblem(f"the layers {', '.join(counts)} have other sizes than the network's: is it a file of it?")
    if names and len(names) != units:
        raise ModelProblem(f"{len(names)} class names are given, but the file's class layer has {units} units.")
    return Tuning(layers=tuple(counts), units=units, classes=tuple(names))


def resize(module: nn.Module, tuning: Tuning) -> None:
    """Give the class layers, one or one per stream, as many units; their weights are then to be loaded."""
    for path in tuning.layers:
        part = module.get_submodule(path)
        for name, weight in part.named_parameters(recurse=False):
            setattr(part, name, nn.Parameter(weight.new_zeros(tuning.units, *weight.shape[1:])))
        setattr(part, "out_features" if isinstance(part, nn.Linear) else "out_channels", tuning.units)
    for part in module.modules():
        if isinstance(part, Average) and tuning.layers:
            part.resize(tuning.units)


def restate(sheet: Sheet, tuning: Tuning, title: str) -> Sheet:
    """The card of the published weights, without what is no longer true. title: the network's."""
    return sheet.model_copy(
        update={
            "title": f"{title} ({tuning.words})",
            "description": "Weights with classes of their own, from a file; the input is as of the published weights.",
            "classes": tuning.classes,
            "accuracy": {},
        }
    )
