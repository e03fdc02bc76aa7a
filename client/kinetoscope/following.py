"""Jobs under way, told by the server's events. Reads lines; opens no connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from kinetoscope.shapes import ENDED, Progress, Run

Tell = Callable[[str, Progress], None]
"""(id of a job, how far it is)."""


class Following:
    """Of some jobs, those that have not ended. An event that tells of an end takes its job away."""

    def __init__(self, runs: Iterable[Run], tell: Tell | None) -> None:
        self.open = {run.id for run in runs if run.state not in ENDED}
        self.tell = tell
        self._kind, self._data = "", ""
        self._told: dict[str, tuple[str, int]] = {}

    def hear(self, line: str) -> None:
        """One line of the stream."""
        name, _, value = line.partition(": ")
        if name == "event":
            self._kind = value
        elif name == "data":
            self._data = value
        elif not line and self._kind:
            self._event(self._kind, json.loads(self._data or "{}"))
            self._kind = self._data = ""

    def _event(self, kind: str, data: dict[str, Any]) -> None:
        identity = data.get("id", "")
        if kind in ENDED:
            self.open.discard(identity)
        elif kind == "progress" and self.tell and identity in self.open:
            step, steps = int(data.get("step") or 0), int(data.get("steps") or 0)
            told = Progress(step, steps, data.get("phase") or "", data.get("activation"), data.get("eta_s"))
            if (told.phase or told.steps) and self._told.get(identity) != (
                told.phase,
                step,
            ):  # the same step comes again for its time
                self._told[identity] = told.phase, step
                self.tell(identity, told)
