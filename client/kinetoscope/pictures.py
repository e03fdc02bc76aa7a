"""The pictures of computed runs: to save, and to look at in a notebook."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kinetoscope.shapes import Run


@dataclass(frozen=True)
class Pictures:
    """Files by title (`slow motion`, `fast appearance`, ...), all of one form: webp, gif, png, mp4, avif."""

    name: str
    form: str
    files: Mapping[str, bytes]

    def save(self, folder: str | Path) -> list[Path]:
        """Write one file each, named after the unit and the title; the folder is made."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        paths = []
        for title, data in self.files.items():
            paths.append(place / (re.sub(r"[^A-Za-z0-9_.\-]+", "-", f"{self.name} {title}") + f".{self.form}"))
            paths[-1].write_bytes(data)
        return paths

    def _repr_html_(self) -> str:
        """Side by side and looping, as notebooks show it."""
        shown = "".join(self._figure(title, data) for title, data in self.files.items())
        return f'<div style="display:flex;gap:12px;flex-wrap:wrap">{shown}</div>'

    def _figure(self, title: str, data: bytes) -> str:
        source = (
            f"data:{'video' if self.form == 'mp4' else 'image'}/{self.form};base64,{base64.b64encode(data).decode()}"
        )
        words = html.escape(f"{self.name}: {title}")
        shown = (
            f'<video src="{source}" width="192" autoplay loop muted playsinline aria-label="{words}"></video>'
            if self.form == "mp4"
            else f'<img src="{source}" width="192" alt="{words}">'
        )
        return f'<figure style="margin:0">{shown}<figcaption>{html.escape(title)}</figcaption></figure>'


def by_unit(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of each unit together, in the order in which units come first."""
    units: dict[str, list[Run]] = {}
    for run in runs:
        units.setdefault(named(run), []).append(run)
    return list(units.values())


def of_one_unit(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs. Raises ValueError where they are of several units: their pictures would have one name."""
    units = [named(own[0]) for own in by_unit(runs)]
    if len(units) > 1:
        raise ValueError(
            f"pictures are of one unit, and these runs are of {len(units)}: {', '.join(units[:3])}, ...; "
            "go through `kinetoscope.by_unit(runs)`"
        )
    return runs


def titled(runs: Sequence[Run]) -> list[tuple[str, Run, str]]:
    """(title, run, input) of every picture of finished runs. An input that no motion is in is shown once."""
    seen: set[str] = set()
    found = []
    for run in runs:
        for name in run.inputs if run.state == "finished" else ():
            still = name == "appearance"
            if not (still and name in seen):
                found.append((name if still else f"{run.variant or ''} {name}".strip(), run, name))
            seen.add(name)
    return found


def named(run: Run) -> str:
    """What a run is of, in words."""
    spec = run.raw.get("spec", {})
    return f"{spec.get('model')} {spec.get('layer')} {spec.get('unit')}"
