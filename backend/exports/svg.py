"""A sheet as SVG: words stay words, and pictures lie in the file without loss."""

from __future__ import annotations

import base64
import io
from xml.sax.saxutils import escape

from PIL import Image

from backend.exports.colouring import Pixels
from backend.exports.sheet import Colour, Line, Picture, Sheet, Words, wide

FONT = "Helvetica, Arial, Liberation Sans, Nimbus Sans, sans-serif"


def svg(sheet: Sheet) -> bytes:
    """The sheet at its size in points, on white; what lies below is drawn first."""
    size = f"{sheet.width:g} {sheet.height:g}"
    title = escape(sheet.words[0].text) if sheet.words else ""
    boxes = [
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" fill="{_rgb(box.colour)}"/>'
        for box in sheet.boxes
    ]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width:g}pt" height="{sheet.height:g}pt" '
        f'viewBox="0 0 {size}" font-family="{FONT}">',
        f"<title>{title}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *boxes,
        *map(_image, sheet.pictures),
        *map(_line, sheet.lines),
        *map(_text, sheet.words),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _image(one: Picture) -> str:
    return (
        f'<image x="{one.x:.2f}" y="{one.y:.2f}" width="{one.width:g}" height="{one.height:g}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{_png(one.pixels)}"/>'
    )


def _line(line: Line) -> str:
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in line.points)
    dash = f' stroke-dasharray="{" ".join(f"{length:g}" for length in line.dash)}"' if line.dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{_rgb(line.colour)}" stroke-width="{line.width:g}"{dash}/>'


def _text(line: Words) -> str:
    """As long as it was laid out for: whoever opens the file may have other fonts."""
    ink = round(line.grey * 255)
    return (
        f'<text x="{line.x:.2f}" y="{line.y + line.size:.2f}" font-size="{line.size:g}" '
        f'textLength="{wide(line.text, line.size):.2f}" lengthAdjust="spacingAndGlyphs" '
        f'fill="{_rgb((ink, ink, ink))}">{escape(line.text)}</text>'
    )


def _png(pixels: Pixels) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _rgb(colour: Colour) -> str:
    return "#" + "".join(f"{value:02x}" for value in colour)
