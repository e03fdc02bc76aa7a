from __future__ import annotations

import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image

from backend.exports.sheet import Picture, Sheet, pdf, png


@pytest.fixture
def sheet() -> Sheet:
    made = Sheet(100, 60)
    made.pictures.append(Picture(10, 20, 30, 30, np.full((5, 5, 3), (255, 0, 0), np.uint8)))
    made.write(10, 5, "χ 10 (1.5×)", size=8)
    return made


def test_png_has_pictures_in_their_places(sheet):
    image = np.asarray(Image.open(io.BytesIO(png(sheet, zoom=2))))
    assert image.shape == (120, 200, 3)
    assert tuple(image[70, 50]) == (255, 0, 0)
    assert tuple(image[119, 199]) == (255, 255, 255)
    assert image[10:28, 20:100].min() < 80


def test_pdf_objects_are_where_its_table_says(sheet):
    data = pdf(sheet)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", data).group(1))
    assert data[start:].startswith(b"xref\n0 7\n")
    places = [int(line[:10]) for line in data[start:].split(b"\n")[3:9]]
    for number, place in enumerate(places, start=1):
        assert data[place:].startswith(f"{number} 0 obj\n".encode())


def test_pdf_words_are_words_and_pixels_are_exact(sheet):
    streams = [zlib.decompress(each) for each in re.findall(rb"stream\n(.*?)\nendstream", pdf(sheet), re.DOTALL)]
    assert rb"(chi 10 \(1.5x\)) Tj" in streams[0]
    assert streams[1] == bytes([255, 0, 0]) * 25


def test_long_words_are_cut(sheet):
    sheet.write(0, 0, "a very long name of a class of actions", size=8, within=60)
    assert sheet.words[-1].text.endswith("...")
    assert len(sheet.words[-1].text) < 20
