"""A network is built and described in a process of its own: whatever its file does there, the worker lives on.

A file may hang, exit, print without end, or ask for more memory than there is; each is answered in a line.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from contract.catalogue import ModelCard
from contract.errors import ModelProblem
from worker import child
from worker.models.fault import TOO_LARGE, short_of_memory
from worker.models.origin import Origin

SECONDS = 120.0
"""A network that is not built and traced by then is given up."""

MEMORY = 0.8
"""Part of the machine's memory that a trial may take."""


@dataclass(frozen=True)
class Verdict:
    """A card, and what is to be said of the network though it can be used."""

    card: ModelCard
    remarks: list[str] = field(default_factory=list)


def attempt(name: str, origin: Origin, *, data: Path, thorough: bool = False, seconds: float = SECONDS) -> Verdict:
    """Build and describe a network elsewhere. thorough: run it forward and back, too. Raises ModelProblem."""
    with tempfile.TemporaryDirectory(prefix="kinetoscope-") as folder:
        answer = Path(folder) / "answer.json"
        order = json.dumps(
            {"name": name, "origin": origin.model_dump(), "data": str(data), "thorough": thorough, "seconds": seconds}
        )
        ended, said = child.run("worker.models.trial", [str(answer), order], seconds=seconds)
        if answer.is_file():
            found = json.loads(answer.read_text())
            if "problem" in found:
                raise ModelProblem(found["problem"])
            return Verdict(ModelCard.model_validate(found["card"]), found["remarks"])
    raise ModelProblem(_obituary(Path(origin.place).name, ended, said, seconds))


def _obituary(file: str, ended: int | None, said: str, seconds: float) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    words = f" It last said: {lines[-1][:300]}" if lines else ""
    if ended is None:
        return (
            f"{file} took longer than {seconds:g} seconds to be built and traced, and was stopped.{words} "
            "Does it wait for something, train, or download? build() should only make the network and load weights."
        )
    if ended == -signal.SIGKILL:
        return f"{file} was killed by the system, most likely because it asked for more memory than there is.{words}"
    if ended < 0:
        return f"{file} crashed the process that built it ({signal.Signals(-ended).name}).{words}"
    return f"{file} ended the process that built it (exit status {ended}); it must return, not exit.{words}"


def main(arguments: list[str]) -> None:
    """The other process: write a card, or what is wrong, to a file."""
    import torch

    from worker.models import assemble
    from worker.models.review import review

    answer, order = Path(arguments[0]), json.loads(arguments[1])
    _limit(order["seconds"])
    child.end_with_parent()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        origin, data = Origin.model_validate(order["origin"]), Path(order["data"])
        module, sheet = origin.build(data)
        card = assemble.describe(order["name"], module, sheet, data=data)
        remarks = review(module, card) if order["thorough"] else []
        found = {"card": card.model_dump(mode="json"), "remarks": remarks}
    except ModelProblem as problem:
        found = {"problem": problem.detail}
    except (MemoryError, RuntimeError) as reason:
        if not short_of_memory(reason):
            raise
        found = {"problem": f"{Path(order['origin']['place']).name}: {TOO_LARGE}."}
    part = answer.with_suffix(".part")
    part.write_text(json.dumps(found))
    part.replace(answer)
    sys.stdout.flush()
    os._exit(0)  # threads that the file has started must not hold us


def _limit(seconds: float) -> None:
    """Whatever asks for too much memory is refused it; what outlives everybody who could end it ends by itself."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        limit = int(MEMORY * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        longest = int(2 * seconds + 10) * (os.cpu_count() or 1)
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))
    child.offer_to_die_first()


if __name__ == "__main__":
    main(sys.argv[1:])
