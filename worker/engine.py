"""The stages of the walk, bound to one device and one data folder; models stay warm."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Generator, Mapping, Sequence
from functools import partial
from pathlib import Path

import torch

from contract.ablation import AblationSpec
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.clip import ORIGINAL, CheckSpec, Clips
from contract.probe import ProbeSpec
from contract.pyramid import PyramidSpec
from contract.result import Result
from contract.spec import VisualizationSpec
from contract.work import Study
from worker import render
from worker.abroad import Abroad
from worker.analyses import findings, sets
from worker.analyses.collection import Entry
from worker.checkpoints import FOLDER, Checkpoints
from worker.datasets import flow_cache
from worker.execute import SLOTS, Executions
from worker.models import registry
from worker.models.assemble import Progress, silent
from worker.models.model import Model
from worker.optimize import optimize
from worker.optimum import Optimum, Step
from worker.penalties.diversity import elders
from worker.probing import check, probe
from worker.pyramids import ablation, pyramid
from worker.pyramids.source import Source

log = logging.getLogger(__name__)

WARM = 3
"""Models kept in memory."""


def best_device() -> str:
    """The first GPU if there is one, else the CPU."""
    return "cuda:0" if torch.cuda.is_available() else "cpu"


class TorchEngine:
    """What jobs.py needs of the stages."""

    def __init__(
        self,
        *,
        data: Path,
        device: str,
        clips: Mapping[str, Path] | None = None,
        checkpoint: float = 0.0,
        abroad: Abroad | None = None,
    ) -> None:
        """checkpoint: seconds between two states that a long optimization leaves, to go on from; 0: none.

        abroad: does studies where `data` is not the server's data folder; None: it is.
        """
        self.data, self.device, self.clips, self.checkpoint = data, device, clips or {}, checkpoint
        self.abroad = abroad
        self._warm: OrderedDict[str, Model] = OrderedDict()
        self.executions = Executions(device)
        self.tidy()

    def names(self) -> list[str]:
        """Models that this machine can build."""
        return registry.names(self.data)

    def card(self, name: str) -> ModelCard:
        """The card of a model, described in a process of its own if need be. The demo is kept warm."""
        return self.load(name).card if name == registry.DEMO else registry.card(name, data=self.data)

    def load(self, name: str, progress: Progress = silent) -> Model:
        """The model, kept warm; the one that was used longest ago makes room."""
        if name not in self._warm:
            self._warm[name] = registry.load(name, data=self.data, progress=progress)
        self._warm.move_to_end(name)
        while len(self._warm) > WARM:
            self._warm.popitem(last=False)
        return self._warm[name]

    def stamp(self, name: str) -> str:
        """Another text when the model was added again, edited or calibrated."""
        return registry.stamp(name, data=self.data)

    def forget(self, name: str) -> None:
        """Build the model anew when it is next asked for."""
        self._warm.pop(name, None)

    def optimize(self, model: Model, specs: Sequence[VisualizationSpec]) -> Generator[Step, None, None]:
        """Steps of the joint optimization of several specs; those that were cut short go on where they were."""
        return optimize(model, specs, executions=self.executions, checkpoints=self._checkpoints())

    def forget_steps(self, spec: VisualizationSpec) -> None:
        """Nobody will go on with a spec: its result is kept, or unwanted."""
        for each in (spec, *elders(spec)):
            self._checkpoints().drop(each.id)

    def tidy(self) -> None:
        """Remove states that nobody came back for."""
        self._checkpoints().expire()

    def preview(self, model: Model, step: Step, member: int) -> bytes:
        """A small picture of one spec's present state."""
        return render.preview(step, member, streams=model.card.streams)

    def finish(self, model: Model, spec: VisualizationSpec, optimum: Optimum) -> tuple[Result, dict[str, bytes]]:
        """The result and its media files."""
        return render.finish(model, spec, optimum)

    def analyse(self, model: Model | None, spec: Study, progress: findings.Progress) -> None:
        """Analyse a model into the archive, or look at a clip that somebody brought, which needs no model."""

        def do(data: Path, progress: findings.Progress) -> None:
            self._study(model, spec, data, progress)

        if self.abroad:
            self.abroad(spec, model.card if model else None, do, progress)
        else:
            do(self.data, progress)

    def _study(self, model: Model | None, spec: Study, data: Path, progress: findings.Progress) -> None:
        """data: the folder that clips and archives are in; what is only for this worker stays in its own."""
        if isinstance(spec, CheckSpec):
            progress("decoding", 0, 0)
            check.check(spec, Clips(data), fetch=partial(self._fetch, data=data))
            return
        assert model is not None
        if isinstance(spec, ProbeSpec):
            probe.probe(model, spec, Clips(data), progress=progress)
            return
        archive, cache = Archive(data, model.card.fingerprint), flow_cache.folder(self.data)
        if isinstance(spec, PyramidSpec | AblationSpec):
            archive = Archive.of(spec.clip, data, model.card.fingerprint)
            source = Source(model.card, archive, self.clips, cache, Clips(data))
            if isinstance(spec, PyramidSpec):
                pyramid.make(model, spec, archive, source, progress=progress)
            else:
                ablation.make(model, spec, archive, source, progress=progress)
            return
        if spec.what == "optima":
            findings.look_at_optima(model, archive, count=spec.units, device=self.device, progress=progress)
            return
        entries, words = sets.named(spec.clips, model.card, self.clips, cache=cache)
        findings.analyse(model, entries, archive, source=words, progress=progress, failed=_leave_out)

    def memory(self) -> tuple[int, int]:
        """Bytes of the device that are in use, and all; of the CPU, those of this process and of the machine."""
        if torch.device(self.device).type == "cuda":
            free, total = torch.cuda.mem_get_info(self.device)
            return total - free, total
        return resident(), os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

    def _checkpoints(self) -> Checkpoints:
        return Checkpoints(self.data / FOLDER, every=self.checkpoint)

    def _fetch(self, spec: CheckSpec, folder: Path, *, data: Path) -> None:
        card, cache = self.card(spec.model or ""), flow_cache.folder(self.data)
        entry = Source(card, Archive(data, card.fingerprint), self.clips, cache).find(spec.surveyed)
        assert entry.write is not None
        entry.write(folder / ORIGINAL)

    def batch_size(self, model: Model, spec: VisualizationSpec) -> int:
        """How many specs like this one are computed together."""
        return max(SLOTS[torch.device(self.device).type].values())


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the kernel does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _leave_out(entry: Entry, reason: Exception) -> None:
    """The overview names it; the reason is for whoever runs the worker."""
    log.warning("The clip %r is left out: %s", entry.name, reason)
