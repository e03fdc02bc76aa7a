from __future__ import annotations

import pytest
from kinetoscope.pictures import Pictures, by_unit, named, of_one_unit, titled
from kinetoscope.shapes import run

RAW = {"id": "a", "url": "", "state": "finished", "spec": {"model": "demo", "layer": "fc8", "unit": 4}}


def made(variant: str, *inputs: str, state: str = "finished"):
    result = {"streams": [{"name": name} for name in inputs]}
    return run({**RAW, "id": variant, "variant": variant, "state": state, "result": result})


def test_appearance_is_shown_once_and_motion_by_variant() -> None:
    runs = [made("slow", "appearance", "motion"), made("fast", "appearance", "motion"), made("still", "clip")]
    assert [(title, each.id, name) for title, each, name in titled(runs)] == [
        ("appearance", "slow", "appearance"),
        ("slow motion", "slow", "motion"),
        ("fast motion", "fast", "motion"),
        ("still clip", "still", "clip"),
    ]
    assert titled([made("slow", "motion", state="failed")]) == []
    assert named(runs[0]) == "demo fc8 4"


def test_pictures_are_of_one_unit() -> None:
    other = run({**RAW, "id": "b", "spec": {**RAW["spec"], "unit": 9}})
    slow, fast = made("slow", "motion"), made("fast", "motion")
    assert by_unit([slow, other, fast]) == [[slow, fast], [other]]
    assert of_one_unit([slow, fast]) == [slow, fast]
    assert of_one_unit([]) == []
    with pytest.raises(ValueError, match="of 2: demo fc8 4, demo fc8 9"):
        of_one_unit([slow, other])


def test_they_are_saved_under_names_that_every_disk_takes(tmp_path) -> None:
    pictures = Pictures("demo motion/conv 4", "webp", {"slow motion": b"1", "appearance": b"2"})
    paths = pictures.save(tmp_path / "new" / "folder")
    assert [path.name for path in paths] == [
        "demo-motion-conv-4-slow-motion.webp",
        "demo-motion-conv-4-appearance.webp",
    ]
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]


def test_a_notebook_shows_them_side_by_side_and_says_what_they_are() -> None:
    page = Pictures("demo <b> 4", "webp", {"slow motion": b"abc"})._repr_html_()
    assert 'src="data:image/webp;base64,YWJj"' in page
    assert 'alt="demo &lt;b&gt; 4: slow motion"' in page
    assert "<video" in Pictures("x", "mp4", {"motion": b""})._repr_html_()
