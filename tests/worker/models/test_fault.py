import importlib.util

import pytest
import torch

from worker.models import fault

SOURCE = """
import torch
from torch import nn

def wrong():
    raise ValueError("two\\nlines.")

def shapes():
    nn.Linear(3, 2)(torch.zeros(1, 4))

def silent():
    raise NotImplementedError
"""


@pytest.fixture
def said(tmp_path):
    file = tmp_path / "theirs.py"
    file.write_text(SOURCE)
    specification = importlib.util.spec_from_file_location("theirs", file)
    source = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(source)

    def of(name):
        with pytest.raises((ValueError, RuntimeError)) as caught:  # NotImplementedError is a RuntimeError
            getattr(source, name)()
        return fault.words(caught.value)

    return of


def test_an_error_is_one_line_with_the_place_in_the_users_file(said):
    assert said("wrong") == "ValueError: two lines (theirs.py, line 6)"
    assert said("silent") == "NotImplementedError (theirs.py, line 12)"
    assert said("shapes").endswith("(theirs.py, line 9)"), "not a line of torch"
    assert "1x4" in said("shapes")


def test_what_was_never_raised_has_no_place_and_long_texts_are_cut():
    assert fault.words(KeyError("a")) == "KeyError: 'a'"
    assert len(fault.words(ValueError("x" * 1000))) < 420


def test_a_lack_of_memory_is_told_as_such():
    assert fault.words(MemoryError()) == fault.TOO_LARGE
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50)
    assert fault.short_of_memory(caught.value)
    assert not fault.short_of_memory(ValueError("memory"))
