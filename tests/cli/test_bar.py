import io

from tqdm import tqdm

import cli.bar
from cli.bar import Bar


def test_a_bar_follows_what_is_done(monkeypatch):
    monkeypatch.setattr(cli.bar, "tqdm", lambda **how: tqdm(**{**how, "disable": False, "file": io.StringIO()}))
    bar = Bar()
    for done in (3, 5):
        bar.show("clips", done, 10)
    bar.close()
    assert "5/10" in str(bar._bar)
    bar.show("layers", 1, 4)
    assert "1/4" in str(bar._bar)
    bar.close()


def test_what_has_no_known_end_is_shown_without_one(monkeypatch):
    monkeypatch.setattr(cli.bar, "tqdm", lambda **how: tqdm(**{**how, "disable": False, "file": io.StringIO()}))
    bar = Bar()
    bar.show("building", 0, 0)
    assert "building: 0it" in str(bar._bar)
    bar.close()
