"""Cards as text."""

from __future__ import annotations

from collections.abc import Iterator

from contract.catalogue import LayerCard, ModelCard
from contract.nouns import count

HEADINGS = ("layer", "kind", "units", "output TxHxW", "stride", "sees px", "frames", "streams", "cone", "")


def summary(card: ModelCard) -> str:
    """A model in a line."""
    inputs = ", ".join(f"{s.name} {s.frames}x{s.height}x{s.width}" for s in card.streams)
    heads = [(head.layer, len(head.classes)) for head in card.heads] or [(card.class_layer, len(card.classes))]
    classes = ", ".join(f"{named or 'unnamed'} at layer {layer}" for layer, named in heads)
    return f"{card.parameters:,} parameters, {count(len(card.layers), 'layer')}, input {inputs}, classes: {classes}."


def layers(card: ModelCard) -> Iterator[str]:
    """Layers in columns. cone: only what a unit sees is computed; `*`: recommended."""
    rows = [HEADINGS, *(_row(layer) for layer in card.layers)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    for row in rows:
        cells = [text.ljust(width) if i in (0, 1, 7) else text.rjust(width)
                 for i, (text, width) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
        yield "  ".join(cells).rstrip()


def _row(layer: LayerCard) -> tuple[str, ...]:
    return (
        layer.path,
        layer.kind,
        str(layer.units),
        f"{layer.frames}x{layer.height}x{layer.width}",
        "-" if layer.stride is None else str(layer.stride),
        "all" if layer.receptive_field is None else str(layer.receptive_field),
        "all" if layer.receptive_frames is None else str(layer.receptive_frames),
        "+".join(layer.streams),
        "yes" if layer.finite and not layer.rigid else "no",
        "*" if layer.recommended else "",
    )
