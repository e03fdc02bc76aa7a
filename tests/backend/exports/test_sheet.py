from __future__ import annotations

import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image

from backend.exports.sheet import Box, Line, Picture, Sheet, pdf, png


@pytest.fixture
def sheet() -> Sheet:
    made = Sheet(100, 60)
    made.pictures.append(Picture(10, 20, 30, 30, np.full((5, 5, 3), (255, 0, 0), np.uint8)))
    made.write(10, 5, "χ 10 (1.5×)", size=8)
    return made


def test_png_has_pictures_in_their_places(sheet):
    image = np.asarray(Image.open(io.BytesIO(png(sheet, dpi=144))))
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


def test_png_says_its_resolution_and_is_less_sharp_where_it_would_be_too_large(sheet, monkeypatch):
    image = Image.open(io.BytesIO(png(sheet)))
    assert image.size == (417, 250)
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    monkeypatch.setattr("backend.exports.sheet.MOST", 6000)
    assert Image.open(io.BytesIO(png(sheet))).size == (100, 60)


def test_wrapped_words_are_all_there_and_within_their_room(sheet):
    text = "peak 5.66 px/frame of features.9.branch1.1.1.0, and_a_long_name"
    before = len(sheet.words)
    end = sheet.wrap(0, 0, text, size=8, within=60)
    lines = [line.text for line in sheet.words[before:]]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert any(line.startswith("branch") or line.endswith("features.9.") for line in lines)
    assert "5.66" in " ".join(lines), "a number that fits a line is not broken at its point"
    assert end == pytest.approx(8 * 1.3 * len(lines))


def test_a_word_without_any_place_to_break_is_broken_where_it_must(sheet):
    before = len(sheet.words)
    sheet.wrap(0, 0, "m" * 40, size=8, within=60)
    lines = [line.text for line in sheet.words[before:]]
    assert len(lines) > 1
    assert "".join(lines) == "m" * 40


def test_long_words_are_cut(sheet):
    sheet.write(0, 0, "a very long name of a class of actions", size=8, within=60)
    assert sheet.words[-1].text.endswith("...")
    assert len(sheet.words[-1].text) < 20


def test_words_keep_their_letters_without_accents(sheet):
    sheet.write(0, 0, "Œufs à la neige, Straße, Ørsted 中")
    assert sheet.words[-1].text == "Oeufs a la neige, Strasse, Orsted ?"


def test_boxes_lie_below_and_lines_above_pictures(sheet):
    sheet.boxes.append(Box(0, 15, 60, 40, (0, 0, 255)))
    sheet.lines.append(Line(((0, 30), (60, 30)), (0, 255, 0), width=2))
    image = np.asarray(Image.open(io.BytesIO(png(sheet, dpi=144))))
    assert tuple(image[35, 5]) == (0, 0, 255)
    assert tuple(image[80, 50]) == (255, 0, 0)
    assert tuple(image[60, 50]) == (0, 255, 0)


def test_boxes_and_lines_are_drawn_from_below_in_a_pdf(sheet):
    sheet.boxes.append(Box(0, 15, 60, 40, (0, 0, 255)))
    sheet.lines.append(Line(((0, 30), (60, 35), (70, 30)), (255, 0, 0), width=2, dash=(3, 2)))
    content = zlib.decompress(re.findall(rb"stream\n(.*?)\nendstream", pdf(sheet), re.DOTALL)[0]).decode()
    assert content.startswith("0.000 0.000 1.000 rg 0.00 5.00 60.00 40.00 re f\n")
    assert "q 2 w [3 2] 0 d 1.000 0.000 0.000 RG 0.00 30.00 m 60.00 25.00 l 70.00 30.00 l S Q" in content


def test_every_sheet_is_a_page_with_pictures_of_its_own(sheet):
    other = Sheet(50, 70)
    other.pictures.append(Picture(0, 0, 5, 5, np.full((1, 1, 3), 7, np.uint8)))
    data = pdf(sheet, other)
    assert b"/Kids [4 0 R 7 0 R] /Count 2" in data
    assert data.count(b"/Type /Page /Parent") == 2
    assert b"/MediaBox [0 0 50 70] /Contents 8 0 R /Resources << /Font << /F 3 0 R >> /XObject << /I0 9 0 R >>" in data
    assert zlib.decompress(re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)[3]) == bytes([7, 7, 7])
