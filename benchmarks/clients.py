"""Clients of the fault harness: some ask, one listens, slow ones hold connections."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from benchmarks.product import Product
from benchmarks.stub import LAYER, MODEL, POISON

ASK = "/api/v1/visualizations"
ENDINGS = ("finished", "failed", "canceled")
DUPLICATE = 0.4
"""Part of the requests that ask for what somebody has just asked for."""

SLOW = (
    b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /api/v1/visualizations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{",
)
"""What slow clients send: a stream that nobody reads, and a body that never ends."""

POISON_EVERY = 120.0


@dataclass
class Ledger:
    """What was acknowledged, when, and what the listener has heard; shared by threads."""

    acknowledged: dict[str, float] = field(default_factory=dict)
    asked: int = 0
    refused: int = 0
    ended: set[str] = field(default_factory=set)
    poison: set[str] = field(default_factory=set)
    recent: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, identity: str, *, poison: bool) -> None:
        """The server has said that it will see to it."""
        with self.lock:
            self.acknowledged.setdefault(identity, time.monotonic())
            if poison:
                self.poison.add(identity)


def body(unit: int, seed: int = 0) -> dict:
    """A request for one unit."""
    return {"model": MODEL, "layer": LAYER, "unit": unit, "parameters": {"seed": seed}}


def ask(product: Product, ledger: Ledger, done: threading.Event, *, pause: float, seed: int, poisons: bool) -> None:
    """Ask for units until `done`; what is refused is asked for again, as a patient client does.

    poisons: now and then ask for what kills every worker that touches it.
    """
    chance = random.Random(seed)
    poisoned = time.monotonic() + (POISON_EVERY / 2 if poisons else float("inf"))
    rounds = 0
    while not done.wait(chance.uniform(0.5, 1.5) * pause):
        poison = time.monotonic() > poisoned
        if poison:
            poisoned, rounds = time.monotonic() + POISON_EVERY, rounds + 1
        _until_acknowledged(product, ledger, done, unit=_unit(ledger, chance, poison), seed=rounds if poison else 0)


def _unit(ledger: Ledger, chance: random.Random, poison: bool) -> int:
    if poison:
        return POISON
    with ledger.lock:
        if ledger.recent and chance.random() < DUPLICATE:
            return chance.choice(ledger.recent)
        unit = chance.randrange(POISON)
        ledger.recent = [*ledger.recent[-5:], unit]
        return unit


def _until_acknowledged(product: Product, ledger: Ledger, done: threading.Event, *, unit: int, seed: int) -> None:
    while not done.is_set():
        ledger.asked += 1
        try:
            ledger.note(product.get(ASK, body(unit, seed))["id"], poison=unit == POISON)
            return
        except OSError:
            ledger.refused += 1
            done.wait(0.5)


def listen(product: Product, ledger: Ledger, done: threading.Event) -> None:
    """Hear of every ending over one stream; a broken one goes on after the last event that came (`Last-Event-ID`)."""
    latest = ""
    while not done.is_set():
        request = urllib.request.Request(product.url + "/api/v1/events", headers={"Last-Event-ID": latest})
        try:
            with urllib.request.urlopen(request, timeout=20) as stream:
                latest = _hear(stream, ledger, done, latest)
        except (OSError, ValueError):
            done.wait(0.2)


def _hear(stream: Iterable[bytes], ledger: Ledger, done: threading.Event, latest: str) -> str:
    kind = identity = ""
    try:
        for raw in stream:
            line = raw.decode().rstrip("\n")
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data" and kind in ENDINGS:
                identity = json.loads(value)["id"]
            elif name == "id":
                latest = value
            elif not line and kind:
                if kind in ENDINGS:
                    ledger.ended.add(identity)
                kind = ""
            if done.is_set():
                break
    except (OSError, ValueError):
        pass
    return latest


def dawdle(product: Product, done: threading.Event) -> None:
    """Hold connections: streams that are not read, and bodies that never end."""
    while not done.is_set():
        held = []
        try:
            for text in SLOW:
                held.append(socket.create_connection(("127.0.0.1", product.port), timeout=5))
                held[-1].sendall(text)
        except OSError:
            pass
        done.wait(20)
        for each in held:
            each.close()


def start(*actions: Callable[[], None]) -> list[threading.Thread]:
    """Each in a thread of its own."""
    threads = [threading.Thread(target=action, daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    return threads
