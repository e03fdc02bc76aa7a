from __future__ import annotations

import pytest

from benchmarks import ui
from benchmarks.first_run import Failed


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(ui.shutil, "which", lambda name: None)
    with pytest.raises(Failed, match="needs Chromium"):
        ui._tools()


def test_a_page_that_never_gets_there_fails(monkeypatch):
    class Page:
        def evaluate(self, _expression):
            return False

        def wait_for_timeout(self, _ms):
            pass

    with pytest.raises(Failed, match=r"window\.gridAt"):
        ui._until(Page(), "window.gridAt")
