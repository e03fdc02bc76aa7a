"""A sheet as SVG, read by a parser that knows nothing of how it was written."""

from __future__ import annotations

import base64
import io
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from backend.exports.sheet import Box, Line, Picture, Sheet
from backend.exports.svg import svg

NS = "{http://www.w3.org/2000/svg}"


def sheet() -> Sheet:
    made = Sheet(100, 60)
    made.pictures.append(Picture(10, 20, 30, 30, np.full((5, 4, 3), (255, 0, 7), np.uint8)))
    made.boxes.append(Box(0, 15, 60, 40, (0, 0, 255)))
    made.lines.append(Line(((0, 30), (60, 35)), (0, 255, 0), width=2, dash=(3, 2)))
    made.write(10, 5, "salt & <pepper>", size=8)
    return made


def test_words_are_words_and_pictures_are_exact():
    root = ElementTree.fromstring(svg(sheet()))
    assert (root.get("width"), root.get("viewBox")) == ("100pt", "0 0 100 60")
    assert [text.text for text in root.iter(f"{NS}text")] == ["salt & <pepper>"]
    (words,) = root.iter(f"{NS}text")
    assert 0.35 < float(words.get("textLength", 0)) / (8 * len("salt & <pepper>")) < 0.65, "of the size, a letter"
    (image,) = root.iter(f"{NS}image")
    head, data = image.get("href").split(",")
    assert head == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert pixels.shape == (5, 4, 3)
    assert np.all(pixels == (255, 0, 7))


def test_it_asks_for_nothing():
    text = svg(sheet()).decode()
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text


def test_boxes_lie_below_and_words_above():
    names = [each.tag.removeprefix(NS) for each in ElementTree.fromstring(svg(sheet()))]
    assert names == ["title", "rect", "rect", "image", "polyline", "text"]
