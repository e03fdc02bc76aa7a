"""What a family states of each of its networks: how it is built, its card, and where its weights are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from worker.models.families.convolution import initialize
from worker.models.keys import Table
from worker.models.sheet import Sheet


@dataclass(frozen=True)
class Published:
    """Weights that can be downloaded. checksum: how the file's SHA-256 begins, empty where none is publicly known.

    megabytes: the file's size, 0 where it is not known.
    """

    url: str
    file: str
    checksum: str = ""
    megabytes: float = 0.0


@dataclass(frozen=True)
class Known:
    """A known network.

    build: the network. start: gives it the random weights of a trial.
    sheet: the card of its published weights, without their origin.
    published: where these can be downloaded; none: only a file can be imported, and `source` says where there is one.
    tables: how other projects name the weights.
    parts: modules whose weights are published in a file each.
    """

    title: str
    build: Callable[[], nn.Module]
    sheet: Callable[[], Sheet]
    published: Callable[[], Published | None] = lambda: None
    source: str = ""
    tables: tuple[Table, ...] = ()
    parts: tuple[str, ...] = ()
    start: Callable[[nn.Module], None] = initialize
