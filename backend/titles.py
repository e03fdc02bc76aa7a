"""What a job is about, in words: classes and clips by name, a unit with its layer."""

from __future__ import annotations

from pathlib import Path

from backend.uploads import Uploads
from contract.ablation import AblationSpec
from contract.analysis import DRAWN, AnalysisSpec
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.clip import CheckSpec
from contract.errors import ClipGone, NoFindings, UnknownLayer, UnknownModel
from contract.nouns import count
from contract.probe import ProbeSpec
from contract.pyramid import BROUGHT_CLIP, DRAWN_CLIP, PyramidSpec, class_of
from contract.shelf import Shelf
from contract.spec import VisualizationSpec
from contract.work import Work


class Titles:
    """Looks names up where they are kept; what is gone by now is called by its number."""

    def __init__(self, shelf: Shelf, uploads: Uploads, data: Path) -> None:
        self._shelf, self._uploads, self._data = shelf, uploads, data

    def of(self, work: Work) -> str:
        """The title of a job."""
        if isinstance(work, VisualizationSpec):
            return self._unit(work)
        if isinstance(work, AnalysisSpec):
            return _analysis(work)
        if isinstance(work, CheckSpec):
            return f"Decoding of {self._brought(work.clip)}"
        if isinstance(work, ProbeSpec):
            return f"Probe of {self._brought(work.clip)}"
        return self._pyramid(work)

    def _unit(self, spec: VisualizationSpec) -> str:
        plain = f"Unit {spec.unit} of {spec.layer}"
        card = self._card(spec.model)
        try:
            label = card and card.check_unit(spec.layer, spec.unit) and card.label(spec.layer, spec.unit)
        except UnknownLayer:
            return plain
        return label or plain

    def _pyramid(self, spec: PyramidSpec | AblationSpec) -> str:
        clip = self._clip(spec)
        if isinstance(spec, AblationSpec):
            return f"{clip[:1].upper()}{clip[1:]} without {count(len(spec.silent), 'unit')}"
        about = "" if spec.label is None else f", {self._class(spec.model, spec.label)}"
        rival = "" if spec.rival is None else f" against {self._class(spec.model, spec.rival)}"
        return f"Pyramid of {clip}{about}{rival}"

    def _clip(self, spec: PyramidSpec | AblationSpec) -> str:
        """By whatever it is told: of a class, drawn, brought, or of the set that was surveyed."""
        whole, drawn, brought = class_of(spec.clip), DRAWN_CLIP.fullmatch(spec.clip), BROUGHT_CLIP.fullmatch(spec.clip)
        if whole is not None:
            return f"the clips of {self._class(spec.model, whole)}"
        if drawn:
            return f"drawn clip {drawn[1]}"
        if brought:
            at = f" at {int(brought[2]) / 1000:.1f} s" if brought[2] else ""
            return f"{self._brought(brought[1])}{at}"
        try:
            found = Archive(self._data, spec.fingerprint).clips().get(spec.clip)
        except NoFindings:
            found = None
        return found.name if found else f"clip {spec.clip}"

    def _brought(self, clip: str) -> str:
        try:
            upload = self._uploads.find(clip)
        except ClipGone:
            upload = None
        return upload.name if upload else "a clip that is gone"

    def _class(self, model: str, number: int) -> str:
        card = self._card(model)
        return card.classes[number] if card and number < len(card.classes) else f"class {number}"

    def _card(self, model: str) -> ModelCard | None:
        try:
            return self._shelf.card(model)
        except UnknownModel:
            return None


def _analysis(spec: AnalysisSpec) -> str:
    if spec.what == "optima":
        return f"Optima of {count(spec.units, 'unit')} per layer"
    return "Drawn clips" if spec.clips == DRAWN else f"Clips: {spec.clips}"
