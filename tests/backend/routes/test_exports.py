"""Files and figures over HTTP."""

from __future__ import annotations

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.backend.conftest import Crew
from tests.backend.exports.conftest import FRAMES, MEDIA, SIDE, result

ONE = result(1, chi=10.0)
FILES = f"/api/v1/visualizations/{ONE.id}/files"


@pytest.fixture
def stored(client: TestClient, crew: Crew) -> TestClient:
    for made in (ONE, result(1, chi=0.0)):
        crew.services.store.put(made, MEDIA)
    return client


@pytest.mark.parametrize(
    ("file", "kind"),
    [("motion.png", "image/png"), ("motion.webp", "image/webp"), ("motion.avif", "image/avif"),
     ("motion.gif", "image/gif"), ("motion.mp4", "video/mp4"), ("appearance.png", "image/png"),
     ("all.npz", "application/octet-stream")],
)  # fmt: skip
def test_files(stored, file, kind):
    answer = stored.get(f"{FILES}/{file}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == f'attachment; filename="tiny-conv1-1-chi10-seed0-{file}"'
    again = stored.get(f"{FILES}/{file}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_colour_scale_and_frame_are_chosen(stored):
    strip = Image.open(io.BytesIO(stored.get(f"{FILES}/motion.png").content))
    assert strip.size == (FRAMES * SIDE, SIDE)
    frame = stored.get(f"{FILES}/motion.png?frame=3&colouring=wheel&reach=4&zoom=2").content
    pixels = np.asarray(Image.open(io.BytesIO(frame)))
    assert pixels.shape == (2 * SIDE, 2 * SIDE, 3)
    assert tuple(pixels[0, 0]) == (230, 60, 60)


def test_unknown_files_are_told_the_known(stored):
    answer = stored.get(f"{FILES}/moton.gif")
    assert answer.status_code == 404
    assert answer.json()["did_you_mean"][0] == "motion.gif"
    assert stored.get(f"{FILES}/motion.exe").status_code == 404


@pytest.mark.parametrize("query", ["colouring=rainbow", "reach=0", "reach=nan", "zoom=9", "colour=uvm"])
def test_bad_queries_are_refused(stored, query):
    assert stored.get(f"{FILES}/motion.gif?{query}").status_code == 422


@pytest.mark.parametrize("path", ["strip.png", "strip.svg", "strip.pdf", "plate.png", "plate.svg", "plate.pdf"])
def test_figures(stored, path):
    other = result(2).id  # not computed: left out
    answer = stored.get(f"/api/v1/figures/{path}?ids={ONE.id},{result(1, chi=0.0).id},{other}")
    assert answer.status_code == 200
    assert answer.content.startswith({"pdf": b"%PDF", "svg": b"<svg", "png": b"\x89PNG"}[path[-3:]])
    assert answer.headers["content-type"].split(";")[0] in ("application/pdf", "image/svg+xml", "image/png")


def test_a_strip_of_fewer_frames_is_smaller_and_a_plate_has_no_choice(stored):
    def tiles(query: str) -> int:
        return stored.get(f"/api/v1/figures/strip.svg?ids={ONE.id}{query}").text.count("<image")

    assert tiles("") - tiles("&frames=5") == FRAMES - 5
    refused = stored.get(f"/api/v1/figures/plate.png?ids={ONE.id}&frames=5")
    assert refused.status_code == 422
    assert "middle frame" in refused.text
    assert stored.get(f"/api/v1/figures/strip.png?ids={ONE.id}&frames=0").status_code == 422


def test_figures_of_nothing(stored):
    assert stored.get(f"/api/v1/figures/strip.png?ids={result(2).id}").status_code == 409
    assert stored.get("/api/v1/figures/strip.png?ids=zzz").status_code == 422
    assert stored.get("/api/v1/figures/poster.png?ids=" + ONE.id).status_code in (404, 422)


def test_what_was_never_asked_for(stored):
    assert stored.get(f"/api/v1/visualizations/{result(3).id}/files/motion.gif").status_code == 404
