"""Letters by which a worker elsewhere reads and writes files of the data folder.

Whoever writes a letter has what is in it until it is answered, and sends it again where it was lost: it is dealt with
at least once, and to do so twice is no matter. So nothing here need last, and all expires by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis import Redis
from redis.exceptions import ConnectionError, OutOfMemoryError, TimeoutError

from contract.connection import Server

LETTERS = "kinetoscope:letters"
CONTENTS = "kinetoscope:letter:"
ANSWER = "kinetoscope:answer:"
KEPT_FOR = 600
"""Seconds after which nobody comes for a letter, or for an answer."""

PARCEL = 4 * 2**20
"""Bytes that a letter, or its answer, brings at most: of a larger file one part after the other."""

PIECES = 500
"""Files of one letter."""

AGAIN_AFTER = 5.0
"""Seconds after which an unanswered letter is looked for, and sent again if it is lost."""

TROUBLES = (ConnectionError, TimeoutError, OutOfMemoryError)
"""That pass."""

Identity = Field(pattern=r"^[0-9a-f]{32}$")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Piece(_Part):
    """A file, or what of it begins at `offset`. path: inside the folder that the job is about (work.place).

    size: bytes of the whole file.
    """

    path: str = Field(max_length=1000)
    offset: int = Field(default=0, ge=0)
    size: int = Field(default=0, ge=0)


class Letter(_Part):
    """Fetch the one piece, or keep the contents of all, for a job that is being done."""

    id: str = Identity
    job: str = Identity
    what: Literal["fetch", "keep"]
    pieces: tuple[Piece, ...] = Field(min_length=1, max_length=PIECES)


class Answer(_Part):
    """size: bytes of the whole file that was asked for; None: there is none. problem: why it was not done."""

    size: int | None = None
    problem: str = ""


class Post:
    """The letters, on the pictures' server."""

    def __init__(self, cache: Redis) -> None:
        self._cache: Server = cache

    # For workers.

    def ask(
        self, letter: Letter, contents: Sequence[bytes] = (), *, wait: Callable[[], object], every: float = 0.05
    ) -> tuple[Answer, bytes]:
        """Send a letter and wait for the answer, however long; with the part of a file that was asked for.

        wait: called again and again meanwhile; what it raises ends the wait.
        """
        looked = float("-inf")
        try:
            while True:
                with suppress(*TROUBLES):
                    if time.monotonic() - looked > AGAIN_AFTER and not self._is_there(letter):
                        self.send(letter, contents)
                        looked = time.monotonic()
                    if answered := self._cache.hgetall(ANSWER + letter.id):
                        return Answer.model_validate_json(answered[b"answer"]), answered.get(b"data", b"")
                wait()
                time.sleep(every)
        finally:
            with suppress(*TROUBLES):
                self._forget(letter, ANSWER)

    def send(self, letter: Letter, contents: Sequence[bytes] = ()) -> None:
        """Leave a letter. contents: of its pieces, which are to be kept."""
        with self._cache.pipeline() as pipe:
            if contents:
                pipe.hset(CONTENTS + letter.id, mapping=dict(enumerate(contents)))
                pipe.expire(CONTENTS + letter.id, KEPT_FOR)
            pipe.hset(LETTERS, letter.id, letter.model_dump_json())
            pipe.expire(LETTERS, KEPT_FOR)
            pipe.execute()

    def _is_there(self, letter: Letter) -> bool:
        whole = letter.what == "fetch" or self._cache.exists(CONTENTS + letter.id)
        return bool(whole and self._cache.hexists(LETTERS, letter.id))

    # For the server.

    def letters(self) -> list[Letter]:
        """Those that wait to be answered; what is no letter is thrown away."""
        waiting = self._cache.hgetall(LETTERS)
        return [letter for identity, raw in waiting.items() if (letter := self._read(identity, raw))]

    def contents(self, letter: Letter) -> list[bytes] | None:
        """Of its pieces; None where they were lost, or are more than a letter may bring."""
        with self._cache.pipeline(transaction=False) as pipe:
            for number in range(len(letter.pieces)):
                pipe.hstrlen(CONTENTS + letter.id, number)
            if sum(pipe.execute()) > PARCEL:
                return None
        found = self._cache.hmget(CONTENTS + letter.id, range(len(letter.pieces)))
        return None if None in found else found

    def answer(self, letter: Letter, answer: Answer, data: bytes = b"") -> None:
        """Answer a letter, which is then done with."""
        with self._cache.pipeline() as pipe:
            pipe.hset(ANSWER + letter.id, mapping={"answer": answer.model_dump_json(), "data": data})
            pipe.expire(ANSWER + letter.id, KEPT_FOR)
            pipe.execute()
        self.drop(letter)

    def drop(self, letter: Letter) -> None:
        """Throw a letter away. Whoever waits for the answer sends it again."""
        self._forget(letter)

    def _forget(self, letter: Letter, *more: str) -> None:
        with self._cache.pipeline() as pipe:
            pipe.hdel(LETTERS, letter.id)
            pipe.delete(CONTENTS + letter.id, *[kind + letter.id for kind in more])
            pipe.execute()

    def _read(self, identity: bytes, raw: bytes) -> Letter | None:
        with suppress(ValidationError):
            letter = Letter.model_validate_json(raw)
            if letter.id.encode() == identity:
                return letter
        self._cache.hdel(LETTERS, identity)
        return None
