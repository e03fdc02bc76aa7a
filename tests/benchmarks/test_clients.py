import random
import threading
from typing import cast

from benchmarks import clients
from benchmarks.clients import Ledger
from benchmarks.product import Product
from benchmarks.stub import POISON


class Fickle:
    """A product that refuses twice, then acknowledges."""

    def __init__(self) -> None:
        self.left = 2

    def get(self, path: str, body: dict) -> dict:
        if self.left:
            self.left -= 1
            raise OSError
        return {"id": f"id-{body['unit']}"}


def test_a_patient_client_asks_until_it_is_acknowledged() -> None:
    ledger, product = Ledger(), cast(Product, Fickle())
    clients._until_acknowledged(product, ledger, threading.Event(), unit=3, seed=0)
    assert list(ledger.acknowledged) == ["id-3"]
    assert (ledger.asked, ledger.refused, ledger.poison) == (3, 2, set())
    clients._until_acknowledged(product, ledger, threading.Event(), unit=POISON, seed=1)
    assert ledger.poison == {f"id-{POISON}"}


def test_some_ask_for_what_others_have_asked_for() -> None:
    ledger, chance = Ledger(), random.Random(0)
    units = [clients._unit(ledger, chance, poison=False) for _ in range(200)]
    assert 100 < len(set(units)) < 160
    assert clients._unit(ledger, chance, poison=True) == POISON


def test_the_listener_notes_endings_and_where_it_was() -> None:
    ledger = Ledger()
    lines = (
        b': hello\n\nevent: queued\nid: 1-0\ndata: {"id": "a"}\n\nevent: finished\nid: 2-0\ndata: {"id": "a"}\n\n'
        b'event: failed\nid: 3-0\ndata: {"id": "b", "error": "x"}\n\n: ping\n\nevent: finished\nid: 4-0\n'
    )
    latest = clients._hear(iter(lines.splitlines(keepends=True)), ledger, threading.Event(), "")
    assert ledger.ended == {"a", "b"}
    assert latest in ("3-0", "4-0")
