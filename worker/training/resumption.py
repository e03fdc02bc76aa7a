"""The state of a run in a file, so that an interrupted one goes on as if nothing had happened: bit for bit on a CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from contract.errors import ModelProblem
from worker.training.loop import Run


class Kept:
    """A file of a run. identity: what the run is of; another run's state is refused."""

    def __init__(self, path: Path, identity: str) -> None:
        self.path, self.identity = path, identity

    def save(self, run: Run) -> None:
        """Write the state; the file is always a whole one."""
        state = {
            "identity": self.identity,
            "parameters": [parameter.detach() for parameter in run.parameters],
            "optimizer": run.optimizer.state_dict(),
            "schedule": run.schedule.state_dict(),
            "order": {"rows": run.order.rows, "place": run.order.place, "random": run.order.generator.get_state()},
            "random": torch.get_rng_state(),
            "devices": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.path)

    def load(self, run: Run) -> bool:
        """Go on where the file ends, if there is one. Raises ModelProblem for that of another run."""
        if not self.path.is_file():
            return False
        state = self._read()
        if state["identity"] != self.identity:
            raise ModelProblem(
                f"{self.path} is of a training with other clips, weights or options ({state['identity']}): give the "
                "same command to go on with it, or remove the file to begin anew."
            )
        with torch.no_grad():
            for parameter, value in zip(run.parameters, state["parameters"], strict=True):
                parameter.copy_(value)
        run.optimizer.load_state_dict(state["optimizer"])
        run.schedule.load_state_dict(state["schedule"])
        run.order.rows, run.order.place = state["order"]["rows"], state["order"]["place"]
        run.order.generator.set_state(state["order"]["random"])
        torch.set_rng_state(state["random"])
        if state["devices"] and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(state["devices"])
        return True

    def _read(self) -> dict[str, Any]:
        try:
            return torch.load(self.path, map_location="cpu", weights_only=True)
        except Exception as reason:  # the reader raises many kinds on damaged files
            raise ModelProblem(f"{self.path} cannot be read: remove it to begin anew.") from reason

    def done(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)
