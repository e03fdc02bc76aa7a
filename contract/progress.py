"""How far running visualizations are. Forgotten half a minute after the last report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict
from redis import Redis

from contract.connection import Server

KEY = "kinetoscope:progress:"
LIVE_FOR = 30


class Progress(BaseModel):
    """The state of one running job.

    phase: what is done before the first step of an optimization, or what an analysis does, in words; `step` of `steps`
    then count that, and 0 steps are not known.
    preview: step of the newest preview picture, if there is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: int
    steps: int
    phase: str = ""
    activation: float | None = None
    eta_s: float | None = None
    preview: int | None = None
    worker: str = ""


class ProgressBoard:
    """Where workers report and the server looks."""

    def __init__(self, connection: Redis) -> None:
        self._redis: Server = connection

    def report(self, progress: Mapping[str, Progress]) -> None:
        """Replace the progress of some visualizations, by id."""
        with self._redis.pipeline(transaction=False) as pipe:
            for identity, state in progress.items():
                pipe.set(KEY + identity, state.model_dump_json(), ex=LIVE_FOR)
            pipe.execute()

    def look(self, ids: Sequence[str]) -> dict[str, Progress]:
        """The progress of those that are running."""
        found = self._redis.mget([KEY + identity for identity in ids]) if ids else []
        return {identity: Progress.model_validate_json(raw) for identity, raw in zip(ids, found, strict=True) if raw}

    def clear(self, ids: Sequence[str]) -> None:
        """Forget those that are no longer running."""
        if ids:
            self._redis.delete(*[KEY + identity for identity in ids])
