"""A pyramid as one HTML file, with its clip and the pictures of its units that are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend.answers import Visualization
from backend.exports import offline
from contract.catalogue import ModelCard
from contract.findings import SurveyedClip
from contract.pyramid import Pyramid, Tubes
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec, bind
from contract.variants import apply

ENTRY = "js/pyramid/offline.js"
INSTEAD = {"js/api.js": "js/pyramid/offline-api.js", "js/site.js": "js/pyramid/offline-site.js"}

Look = Callable[[Sequence[VisualizationSpec]], list[Visualization]]
Media = Callable[[str, str], bytes | None]
"""A picture by id and file name: of a visualization, or of a clip."""


def page(
    frontend: Path,
    card: ModelCard,
    made: Pyramid,
    *,
    tubes: Tubes,
    clip: SurveyedClip | None,
    look: Look,
    pictures: Media,
    clip_pictures: Media,
) -> str:
    """The file. look: states of visualizations; pictures, clip_pictures: where their pictures are."""
    layers = {layer for row in made.rows for layer in row.layers}
    units = _units(card, made, look)
    media = {f"{view.id}/{view_file}": data for view, view_file, data in _posters(units, pictures)}
    if clip:
        files = [file for picture in clip.streams for file in (picture.strip, picture.poster)]
        found = {file: clip_pictures(clip.id, file) for file in files}
        media |= {f"{clip.id}/{file}": offline.address(file, data) for file, data in found.items() if data}
    kept = tuple(layer for layer in card.layers if layer.path in layers)
    given = {
        "card": card.model_copy(update={"layers": kept, "dead": {}}).model_dump(mode="json"),
        "pyramid": made.model_dump(mode="json"),
        "tubes": tubes.model_dump(mode="json")["tubes"],
        "clip": clip.model_dump(mode="json") if clip else None,
        "units": {key: _unit(card, key, view) for key, view in units.items()},
        "media": media,
    }
    return offline.page(frontend, ENTRY, instead=INSTEAD, title=title(card, made), data=given)


def title(card: ModelCard, made: Pyramid) -> str:
    """What the file is about."""
    rival = "" if made.rival is None else f" and not {card.classes[made.rival]}"
    return f"Why {card.classes[made.label]}{rival}? {made.name or made.clip}, {card.title or card.name}"


def name(made: Pyramid) -> str:
    """What the file is called."""
    return f"{made.model}-pyramid-{made.clip}-{made.label}.html"


def _units(card: ModelCard, made: Pyramid, look: Look) -> dict[str, Visualization]:
    """Slow runs of the units that are listed, by `layer:unit`."""
    listed = [(node.layer, node.unit) for row in made.rows for node in row.nodes if node.unit is not None]
    slow = apply("slow", Parameters())
    specs = [
        bind(VisualizationRequest(model=card.name, layer=layer, unit=unit, parameters=slow), card.fingerprint)
        for layer, unit in listed
    ]
    return {f"{layer}:{unit}": view for (layer, unit), view in zip(listed, look(specs), strict=True)}


def _posters(units: dict[str, Visualization], pictures: Media) -> list[tuple[Visualization, str, str]]:
    found = []
    for view in units.values():
        for picture in view.result.streams if view.result else ():
            data = pictures(view.id, picture.poster)
            if data:
                found.append((view, picture.poster, offline.address(picture.poster, data)))
    return found


def _unit(card: ModelCard, key: str, view: Visualization) -> dict[str, Any]:
    """A unit as the API gives it, with its slow run."""
    layer, _, unit = key.rpartition(":")
    light = view.result.model_copy(update={"trace": ()}) if view.result else None
    return {
        "unit": int(unit),
        "label": card.label(layer, int(unit)),
        "dead": int(unit) in card.dead.get(layer, ()),
        "variants": {"slow": view.model_copy(update={"result": light}).model_dump(mode="json")},
    }
