"""Ids say what is asked, not how it is written, and stay what they were: finished pictures are found by them."""

from __future__ import annotations

import hashlib

from contract.identity import identity


def test_the_order_of_keys_makes_no_other_id() -> None:
    assert identity({"layer": "conv5", "unit": 4}) == identity({"unit": 4, "layer": "conv5"})


def test_another_value_or_type_makes_another_id() -> None:
    said = ({"unit": 4}, {"unit": 5}, {"unit": "4"}, {"units": 4}, [4], {"unit": None})
    assert len({identity(each) for each in said}) == len(said)


def test_it_is_the_hash_of_the_canonical_text() -> None:
    text = '{"a":[1,2.5],"b":null}'
    assert identity({"b": None, "a": [1, 2.5]}) == hashlib.sha256(text.encode()).hexdigest()[:32]
