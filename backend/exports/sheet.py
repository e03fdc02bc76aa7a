"""A sheet of pictures and words, measured in points, and its two forms: PNG, and PDF whose words stay words."""

from __future__ import annotations

import io
import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from backend.exports.colouring import Pixels

INK, SOFT = 0.1, 0.4
"""Grey of words: 0 is black."""

LEADING = 1.3
"""Height of a line of words, in sizes of theirs."""

MOST = 40_000_000
"""Pixels of a PNG: larger sheets are drawn less sharply."""

SPELLED = {"χ": "chi", "×": "x", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "œ": "oe", "Œ": "Oe", "–": "-", "’": "'"}

Colour = tuple[int, int, int]
"""Red, green, blue of 0..255."""


@dataclass(frozen=True)
class Picture:
    """Pixels (height, width, 3) in a box whose upper left corner is (x, y)."""

    x: float
    y: float
    width: float
    height: float
    pixels: Pixels


@dataclass(frozen=True)
class Words:
    """One line of text; (x, y) is the upper left corner of its line."""

    x: float
    y: float
    text: str
    size: float = 8.0
    grey: float = INK


@dataclass(frozen=True)
class Line:
    """A line through points (x, y). dash: lengths drawn and left out in turn; none: all drawn."""

    points: tuple[tuple[float, float], ...]
    colour: Colour
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Box:
    """A filled box whose upper left corner is (x, y)."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


@dataclass
class Sheet:
    """What is on it; boxes lie below, words above all else. Sizes in points."""

    width: float
    height: float
    pictures: list[Picture] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, *, size: float = 8.0, grey: float = INK, within: float = 0) -> None:
        """Add a line of words, cut where it would be wider than `within` points."""
        self.words.append(Words(x, y, _fit(_plain(text), size, within), size, grey))

    def wrap(self, x: float, y: float, text: str, *, within: float, size: float = 8.0, grey: float = INK) -> float:
        """Add whole words in lines of at most `within` points; names break behind dots. Returns where they end."""
        for line in _lines(_plain(text), size, within):
            self.words.append(Words(x, y, line, size, grey))
            y += LEADING * size
        return y


def png(sheet: Sheet, *, dpi: float = 300) -> bytes:
    """The sheet at `dpi` pixels an inch of 72 points, or as many as `MOST` leaves room for."""
    zoom = min(dpi / 72, (MOST / (sheet.width * sheet.height)) ** 0.5)
    image = Image.new("RGB", (round(sheet.width * zoom), round(sheet.height * zoom)), "white")
    draw = ImageDraw.Draw(image)
    for box in sheet.boxes:
        corners = [box.x, box.y, box.x + box.width, box.y + box.height]
        draw.rectangle([round(value * zoom) for value in corners], fill=box.colour)
    for one in sheet.pictures:
        size = (max(1, round(one.width * zoom)), max(1, round(one.height * zoom)))
        tile = Image.fromarray(one.pixels).resize(size, Image.Resampling.BICUBIC)
        image.paste(tile, (round(one.x * zoom), round(one.y * zoom)))
    for line in sheet.lines:  # dashes are for the page that prints them
        draw.line([(x * zoom, y * zoom) for x, y in line.points], fill=line.colour, width=round(line.width * zoom))
    for line in sheet.words:
        grey = round(line.grey * 255)
        draw.text((line.x * zoom, line.y * zoom), line.text, fill=(grey, grey, grey), font=_font(line.size * zoom))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(72 * zoom, 72 * zoom))
    return buffer.getvalue()


def pdf(*sheets: Sheet) -> bytes:
    """A page each (PDF 1.4): pictures without loss at their own resolution, words in Helvetica."""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    pages: list[int] = []
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font.encode()]
    for sheet in sheets:
        pages.append(len(objects) + 1)
        objects += _page(sheet, number=pages[-1])
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    return _file(objects)


def _page(sheet: Sheet, *, number: int) -> list[bytes]:
    """The page, what is on it, and its pictures, as the objects from `number` on."""
    images = [_stream(_image_head(one.pixels), one.pixels.tobytes()) for one in sheet.pictures]
    names = " ".join(f"/I{i} {number + 2 + i} 0 R" for i in range(len(images)))
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width:g} {sheet.height:g}] /Contents {number + 1} 0 R "
        f"/Resources << /Font << /F 3 0 R >> /XObject << {names} >> >> >>"
    )
    return [page.encode(), _stream("", _content(sheet)), *images]


def _content(sheet: Sheet) -> bytes:
    high = sheet.height
    lines = [
        f"{_rgb(box.colour)} rg {box.x:.2f} {high - box.y - box.height:.2f} {box.width:.2f} {box.height:.2f} re f"
        for box in sheet.boxes
    ]
    lines += [
        f"q {one.width:.2f} 0 0 {one.height:.2f} {one.x:.2f} {high - one.y - one.height:.2f} cm /I{i} Do Q"
        for i, one in enumerate(sheet.pictures)
    ]
    for line in sheet.lines:
        (x, y), *others = line.points
        path = " ".join([f"{x:.2f} {high - y:.2f} m", *(f"{x:.2f} {high - y:.2f} l" for x, y in others)])
        dash = " ".join(f"{length:g}" for length in line.dash)
        lines.append(f"q {line.width:g} w [{dash}] 0 d {_rgb(line.colour)} RG {path} S Q")
    for line in sheet.words:
        base = high - line.y - line.size
        lines.append(f"BT /F {line.size:g} Tf {line.grey:g} g {line.x:.2f} {base:.2f} Td ({_escaped(line.text)}) Tj ET")
    return "\n".join(lines).encode("cp1252", "replace")


def _rgb(colour: Colour) -> str:
    return " ".join(f"{value / 255:.3f}" for value in colour)


def _file(objects: list[bytes]) -> bytes:
    body, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return bytes(body) + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


def _image_head(pixels: Pixels) -> str:
    height, width = pixels.shape[:2]
    return (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Interpolate true "
    )


def _stream(head: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 6)
    return f"<< {head}/Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _plain(text: str) -> str:
    """The words in letters that both forms have: accents are left out, and what has no such letter is a `?`."""
    spelled = unicodedata.normalize("NFKD", "".join(SPELLED.get(letter, letter) for letter in text))
    return "".join(c for c in spelled if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def _fit(text: str, size: float, within: float) -> str:
    if not within or wide(text, size) <= within:
        return text
    while text and wide(text + "...", size) > within:
        text = text[:-1]
    return text + "..."


def _lines(text: str, size: float, within: float) -> list[str]:
    """The words in lines. One that is wider than a line breaks behind `.`, `_`, `/` or `-`, or where it must."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".lstrip()
        if wide(joined, size) <= within:
            lines[-1] = joined
            continue
        lines.append("")
        for piece in re.findall(r"[^._/-]*[._/-]+|[^._/-]+", word) if wide(word, size) > within else [word]:
            for part in [piece] if wide(piece, size) <= within else piece:
                if lines[-1] and wide(lines[-1] + part, size) > within:
                    lines.append("")
                lines[-1] += part
    return [line for line in lines if line]


def wide(text: str, size: float) -> float:
    """Width in points. Measured large: small type is rounded to whole pixels."""
    return _font(size * 8).getlength(text) / 8


@lru_cache(maxsize=64)
def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels have FreeType
    return font


def grey(height: int, width: int) -> Pixels:
    """A picture of nothing: what has not been computed."""
    return np.full((height, width, 3), 236, np.uint8)
