"""Show what a class score is made of on one clip, layer by layer.

    ./kinetoscope pyramid mynet path/to/clip.mp4 --rival "playing violin"
    ./kinetoscope pyramid demo                    # on a drawn clip
    ./kinetoscope pyramid demo --html pyramid.html   # as the page shows it, in one file

docs/pyramids.md says what is computed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from cli import refusal
from contract import settings
from contract.analysis import DRAWN_FOR
from contract.catalogue import ModelCard
from contract.errors import ClipProblem, KinetoscopeError, Unsuited
from contract.pyramid import Edge, Pyramid, PyramidRequest, PyramidSpec, Tubes, bind
from contract.store import Files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from worker.analyses.collection import Entry
    from worker.models.model import Model

NODES = 5
"""Nodes of a layer that are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model")
    parser.add_argument("clip", type=Path, nargs="?", help="a video; the demo draws its own")
    parser.add_argument("--drawn", type=int, default=0, metavar="SEED", help="which clip is drawn for the demo")
    parser.add_argument("--label", help="class, by name or number (default: what the clip is taken for)")
    parser.add_argument("--rival", help="why that class and not this one")
    parser.add_argument("--rows", help="layers from the score downwards, e.g. fc7,motion.conv5_1+appearance.conv5_1")
    parser.add_argument("--units", type=int, default=8, help="units of a layer that are kept (default 8)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the pyramid there")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page of it there that needs no server")
    parser.add_argument("--data", type=Path, default=settings.read(os.environ).data, help="data folder")


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when model, clip or class cannot be used."""
    from worker.models import registry  # torch: imported only when it is needed
    from worker.pyramids import pyramid, relevance

    tubes = None
    try:
        model = registry.load(args.model, data=args.data)
        entry = _clip(args, model.card)
        spec = _spec(args, entry, model.card)
        inputs = entry.read(1.0)
        assert inputs is not None
        if args.html:
            made, tubes = pyramid.take_apart(model, spec, entry, inputs)
        else:
            _, made = pyramid.untried(model, spec, entry, inputs)
    except KinetoscopeError as problem:
        print(f"kinetoscope pyramid: {problem}", file=sys.stderr)
        return 1
    print(text(made, model.card, relevance.covering(made.edges)))
    if args.json:
        args.json.write_text(made.model_dump_json(indent=1))
    if tubes:
        args.html.write_text(_page(args, model, entry, inputs, made, tubes))
    return 0


def _spec(args: argparse.Namespace, entry: Entry, card: ModelCard) -> PyramidSpec:
    rows = [row.split("+") for row in args.rows.split(",")] if args.rows else None
    wanted = {"clip": entry.id, "class": args.label, "rival": args.rival, "rows": rows, "units": args.units}
    try:
        return bind(PyramidRequest.model_validate(wanted), card)
    except ValidationError as reason:
        raise Unsuited(refusal.words(reason)) from reason


def text(made: Pyramid, card: ModelCard, edges: list[Edge]) -> str:
    """The pyramid in words. edges: those that are shown."""
    against = "" if made.rival is None else f" against {card.classes[made.rival]}"
    lines = [f"{card.classes[made.label]}{against} on {made.name}: {made.score:.4g}, of it {made.bias:.4g} from biases"]
    for row in made.rows:
        lines.append(f"\n{', '.join(row.layers)}: {_closed(row.error)}")
        units = sorted((node for node in row.nodes if node.unit is not None), key=lambda node: -node.relevance)
        for node in units[:NODES]:
            gives = [e for e in edges if (e.source, e.source_unit) == (node.layer, node.unit)]
            to = ", ".join(f"{_name(e.target_unit)} {e.weight:.3g}" for e in sorted(gives, key=lambda e: -e.weight)[:3])
            lines.append(f"  {node.layer} {node.unit}: {node.relevance:.4g}{f'  to {to}' if to else ''}")
    return "\n".join(lines)


def _page(
    args: argparse.Namespace, model: Model, entry: Entry, inputs: Sequence[Tensor], made: Pyramid, tubes: Tubes
) -> str:
    """The pyramid as one file, with the pictures of its units that the server of `--data` has filed."""
    from backend.app import PICTURES
    from backend.desk import filed
    from backend.exports import pyramid as export
    from worker.analyses.pictures import looked_at

    files = Files(args.data / PICTURES)
    clip, media = looked_at(model.card.streams, entry, inputs, predicted=made.predicted)
    return export.page(
        settings.read(os.environ).frontend,
        model.card,
        made,
        tubes=tubes,
        clip=clip,
        look=lambda specs: filed(files, specs),
        pictures=files.media,
        clip_pictures=lambda _clip, file: media.get(file),
    )


def _closed(error: float) -> str:
    return (
        "all of it passes the row above" if error <= 1e-4 else f"up to {error:.0%} of a unit leads around the row above"
    )


def _name(unit: int | None) -> str:
    return "others" if unit is None else f"unit {unit}"


def _clip(args: argparse.Namespace, card: ModelCard) -> Entry:
    from worker.analyses import collection

    if args.clip is not None:
        return collection.from_file(args.clip, card)
    if args.model != DRAWN_FOR:
        raise ClipProblem("Name a clip: only the demo has clips of its own, which are drawn.")
    return collection.drawn(1, args.drawn, streams=card.streams)[0]
