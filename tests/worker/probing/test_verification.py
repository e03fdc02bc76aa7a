from pathlib import Path

from worker.models import demo
from worker.probing import decoding, verification


def test_five_seconds_of_film_are_measured():
    found = {name: (value, unit, target) for name, value, unit, target in verification.verify(demo.build(Path()))}
    assert list(found) == ["check.seconds", "probe.seconds", "probe.windows", "probe.bytes"]
    assert found["probe.seconds"][1:] == ("s", "<= 15")
    assert found["probe.windows"][0] == 12
    assert found["probe.bytes"][0] > 10_000


def test_the_film_lasts_as_long_as_is_said(tmp_path):
    verification.film(tmp_path / "film")
    known = decoding.decode(tmp_path / "film", look=True)
    assert (round(known.seconds), known.fps, known.frames) == (5, 25, 125)
