"""What a stand-in for the server knows: two models, units in every state, jobs that run in a second."""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from backend.answers import Analysis
from backend.titles import Titles
from contract import needs
from contract.catalogue import ModelCard
from contract.errors import UnknownModel
from contract.shelf import WorkerCard
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec, bind
from tests.frontend.cards import clip_network, deep_network, two_stream
from tests.frontend.pictures import SIDE
from tests.frontend.probes import Brought
from tests.frontend.sweeps import Sweeps

if TYPE_CHECKING:
    from backend.uploads import Uploads
    from contract.shelf import Shelf

STATES = {6: "running", 7: "queued", 8: "failed", 9: "dead"}
"""Units of conv5_fusion that are in another state than finished or absent."""

CREATED = "2026-11-21T03:00:00Z"

VARIANTS = {"slow": {"chi": 10.0}, "fast": {"chi": 0.0}, "still": {"still": True}}


class Mock:
    """What the server would know. `workers` and `pace` (seconds per job) may be changed while it runs.

    arriving: while it is not set, a clip that is sent stays on its way.
    """

    def __init__(self) -> None:
        self.cards: dict[str, ModelCard] = {card.name: card for card in (two_stream(), clip_network(), deep_network())}
        self.workers = [
            WorkerCard(
                name="worker-1",
                device="CPU, 2 cores",
                host="studio",
                state="busy",
                job="x",
                models=tuple(self.cards),
                fingerprints={name: card.fingerprint for name, card in self.cards.items()},
            ).model_dump(mode="json")
        ]
        self.otherwise: list[tuple[dict, VisualizationSpec]] = []
        self.disk, self.available = "ok", True
        self.pace = 1.0
        self.complete, self.unpictured = 6, ()
        self.specs: dict[str, VisualizationSpec] = {}
        self.records: dict[str, dict] = {}
        self.analyses: dict[str, Analysis] = {}
        self.listeners: list[queue.Queue] = []
        self.brought = Brought()
        self.titles = Titles(cast("Shelf", self), cast("Uploads", self.brought), Path("nowhere"))
        self.arriving = threading.Event()
        self.arriving.set()
        self.sweeps = Sweeps()
        self.notes: dict[tuple[str, str, str], dict] = {}
        self.requests: list[tuple[str, dict]] = []
        self.outdated = [self._old(chi, fingerprint="aa" * 8) for chi in (10.0, 0.0)]
        self.older = [self._old(chi, engine="0") for chi in (10.0, 0.0)]
        self.past = {*self.outdated, *self.older}
        for unit, state in STATES.items():
            for variant in ("slow", "fast"):
                if state != "dead":
                    self.records[self.spec("demo", "conv5_fusion", unit, VARIANTS[variant]).id] = fixed(state)

    def _old(self, chi: float, **change: str) -> str:
        """Id of a finished run of weights, or of an engine, that are no more."""
        spec = self.spec("demo", "conv5_fusion", 2, {"chi": chi}).model_copy(update=change)
        self.specs[spec.id] = spec
        self.records[spec.id] = {"state": "finished"}
        return spec.id

    def card(self, name: str) -> ModelCard:
        """Raises UnknownModel."""
        if name not in self.cards:
            raise UnknownModel(name, self.cards)
        return self.cards[name]

    def summaries(self) -> list[dict]:
        """Models as they stand in the list."""
        left_out = {"layers", "classes", "dead"}
        counts = [{"layer_count": len(card.layers), "class_count": len(card.classes)} for card in self.cards.values()]
        cards = [card.model_dump(mode="json", exclude=left_out) for card in self.cards.values()]
        return [{**card, **count, "available": self.available} for card, count in zip(cards, counts, strict=True)]

    def coverage(self, name: str) -> dict:
        """How many units of each layer have pictures: the first, fewer of them in all variants where a test says so."""
        pictured, complete = (6, self.complete) if name == "demo" else (0, 0)
        units = {layer.path: layer.units for layer in self.card(name).layers}
        return {
            "layers": {
                path: {"pictured": min(pictured, count), "complete": min(complete, count), "dead": 0, "units": count}
                for path, count in units.items()
                if path not in self.unpictured
            }
        }

    def spec(self, model: str, layer: str, unit: int, parameters: dict) -> VisualizationSpec:
        """Raises KinetoscopeError where there is no such unit."""
        card = self.card(model)
        card.check_unit(layer, unit)
        request = VisualizationRequest(model=model, layer=layer, unit=unit, parameters=Parameters(**parameters))
        spec = bind(request, card.fingerprint)
        self.specs[spec.id] = spec
        return spec

    def look(self, spec: VisualizationSpec) -> dict:
        """A visualization."""
        record = self.records.get(spec.id) or {"state": "finished" if self._is_shipped(spec) else "absent"}
        chi, still = spec.parameters.chi, spec.parameters.still
        variant = "still" if still else {10.0: "slow", 0.0: "fast"}.get(chi)
        media = f"/api/v1/media/{spec.id}/"
        view = {
            "id": spec.id,
            "url": f"/api/v1/visualizations/{spec.id}",
            "state": "absent",
            "variant": variant,
            "spec": spec.model_dump(mode="json"),
            "position": None,
            "blocked": None,
            "progress": None,
            "error": None,
            "result": None,
            "media": media,
        }
        view |= record
        if view["progress"]:
            view["progress"] = {**view["progress"], "preview": f"{media}preview.webp?step={view['progress']['step']}"}
        if view["state"] == "finished":
            view["result"] = self._result(spec)
        return view

    def unit(self, model: str, layer: str, number: int, *, chi: float | None = None, **how: object) -> dict:
        """A unit and its variants."""
        card = self.card(model)
        card.check_unit(layer, number)
        variants = VARIANTS if card.one_input else {name: VARIANTS[name] for name in ("slow", "fast")}
        label = card.classes[number] if layer == card.class_layer else None
        looked = {name: self.look(self.spec(model, layer, number, {**how, **p})) for name, p in variants.items()}
        found = self.look(self.spec(model, layer, number, {**how, "chi": chi})) if chi is not None else None
        return {
            "unit": number,
            "label": label,
            "dead": number in card.dead.get(layer, ()),
            "variants": looked,
            "chi": found,
            "otherwise": [
                {"how": how, "run": self.look(spec)}
                for how, spec in self.otherwise
                if (spec.model, spec.layer, spec.unit) == (model, layer, number)
            ],
        }

    def order(self, model: str, layer: str, *, sort: str, which: str, seed: int) -> list[int]:
        """Numbers of the units asked for, sorted by the activation of the slow run or by number."""
        numbers = list(range(self.card(model).layer(layer).units))
        if sort == "unit" and which == "all":
            return numbers
        units = [self.unit(model, layer, number, seed=seed) for number in numbers]
        finished = {u["unit"]: [v["state"] == "finished" for v in u["variants"].values()] for u in units}
        dead = {u["unit"] for u in units if u["dead"]}
        alive = [number for number in numbers if number not in dead]
        chosen = {
            "all": numbers,
            "pictured": [n for n in alive if any(finished[n])],
            "complete": [n for n in alive if all(finished[n])],
            "missing": [n for n in alive if not all(finished[n])],
            "none": [n for n in alive if not any(finished[n])],
            "dead": dead,
        }[which]
        reached = {u["unit"]: (u["variants"]["slow"]["result"] or {}).get("normalized", -1.0) for u in units}
        if sort == "pictured":
            return sorted(chosen, key=lambda n: not any(finished[n]))
        if sort in ("slow", "fast", "ratio", "speed"):
            return sorted(chosen, key=lambda n: (-reached[n], n))
        return sorted(chosen, reverse=sort != "unit")  # every index of an analysis rises with the number

    def ask(self, spec: VisualizationSpec) -> dict:
        """Start a job unless there is one or a result."""
        view = self.look(spec)
        if view["state"] in ("absent", "failed", "canceled"):
            blocked = needs.unmet(spec, [WorkerCard(**worker) for worker in self.workers])
            self.records[spec.id] = {"state": "queued", "position": 1, "blocked": blocked}
            self.tell("queued", spec.id, position=1)
            if not blocked:
                threading.Thread(target=self._run, args=(spec,), daemon=True).start()
        return self.look(spec)

    def analysis(self, identity: str) -> dict:
        """An analysis that was listed."""
        return {**self.analyses[identity].model_dump(mode="json"), **self.records.get(identity, {})}

    def job(self, identity: str) -> dict:
        """What is known of a job, as the queue tells it."""
        known = self.analyses.get(identity)
        view, work = (self.analysis(identity), known.spec) if known else (self.look(self.specs[identity]), None)
        times = {"created": CREATED, "started": CREATED, "ended": None}
        title = self.titles.of(work or self.specs[identity])
        return {**view, "title": title, "priority": "interactive", "worker": None, "attempts": 1, **times}

    def state(self, job: Analysis, *, ask: bool) -> dict:
        """An analysis by its request: listed from now on, and started if it is asked for."""
        self.analyses.setdefault(job.id, job)
        return self.analyse(job.id) if ask else self.analysis(job.id)

    def analyse(self, identity: str) -> dict:
        """Start an analysis; it has eight clips."""
        self.records[identity] = {"state": "queued", "position": 1}
        self.tell("queued", identity, position=1)
        threading.Thread(target=self._analyse, args=(identity,), daemon=True).start()
        return self.analysis(identity)

    def _analyse(self, identity: str) -> None:
        for step in range(8):
            progress = {"step": step, "steps": 8, "activation": None, "eta_s": 60.0, "preview": None, "phase": "clips"}
            self.records[identity] = {"state": "running", "progress": progress}
            self.tell("started" if step == 0 else "progress", identity, **progress)
            time.sleep(self.pace / 8)
            if self.records[identity]["state"] == "canceled":
                return
        self.records[identity] = {"state": "finished"}
        self.tell("finished", identity)

    def cancel(self, identity: str) -> dict:
        """Cancel a job."""
        self.records[identity] = {"state": "canceled"}
        self.tell("canceled", identity)
        if identity in self.analyses:
            return self.analysis(identity)
        return self.look(self.specs[identity])

    def tell(self, event: str, identity: str | None, **data: object) -> None:
        """Send an event to every page."""
        for listener in list(self.listeners):
            listener.put((event, {"id": identity, **data}))

    def _run(self, spec: VisualizationSpec) -> None:
        steps = 8
        for step in range(steps):
            time.sleep(self.pace / steps)
            if self.records[spec.id]["state"] == "canceled":
                return
            progress = {
                "step": step * 20,
                "steps": steps * 20,
                "activation": step / steps,
                "eta_s": self.pace * (1 - step / steps),
            }
            self.records[spec.id] = {"state": "running", "progress": progress}
            self.tell("started" if step == 0 else "progress", spec.id, **progress)
            self.tell("preview", spec.id, url=f"/api/v1/media/{spec.id}/preview.webp?step={step}", step=step)
        self.records[spec.id] = {"state": "finished"}
        self.tell("finished", spec.id)

    def _is_shipped(self, spec: VisualizationSpec) -> bool:
        defaults = spec.parameters.model_copy(update={"chi": 10.0}) == Parameters() or spec.parameters.still
        few = (
            spec.model == "demo" and (spec.unit < 6 or spec.layer == "fc8") and spec.parameters.chi in (0.0, 10.0, 5.0)
        )
        return few and defaults

    def _result(self, spec: VisualizationSpec) -> dict:
        card = self.card(spec.model)
        layer = card.layer(spec.layer)
        chi, unit = spec.parameters.chi, spec.unit
        reached = 1.9 - 0.05 * chi * (1 + unit % 3) / 2
        streams = [_picture(stream, spec) for stream in card.streams if stream.name in layer.streams]
        trace = [reached * (1 - 2.718 ** (-i / 20)) for i in range(160)]
        return {
            "id": spec.id,
            "spec": spec.model_dump(mode="json"),
            "dead": False,
            "activation": reached * 11,
            "normalized": reached,
            "reference": 11.0,
            "calibration": card.calibration,
            "receptive_field": layer.receptive_field,
            "canvas": 112,
            "steps": 160,
            "seconds": 3.4,
            "device": "CPU, 2 cores",
            "trace": trace,
            "streams": streams,
        }


def fixed(state: str) -> dict:
    if state == "running":
        return {"state": state, "progress": {"step": 60, "steps": 160, "activation": 0.61, "eta_s": 3.2}}
    if state == "queued":
        return {"state": state, "position": 3}
    return {
        "state": state,
        "error": "The worker ran out of memory (needed 2.1 GB, had 1.8 GB). Try fewer steps at once.",
    }


def _picture(stream, spec: VisualizationSpec) -> dict:
    slow = spec.parameters.chi > 1
    clip_frames = 1 if spec.parameters.still else stream.frames
    facts = {"scale": 4.0, "peak": 2.4 if slow else 3.9} if stream.kind == "motion" else {"low": -90.0, "high": 110.0}
    return {
        "name": stream.name,
        "kind": stream.kind,
        "frames": clip_frames,
        "height": SIDE,
        "width": SIDE,
        "fps": stream.fps,
        "strip": f"{stream.name}.webp",
        "poster": f"{stream.name}-poster.webp",
        "scale": None,
        "peak": None,
        "low": None,
        "high": None,
        **facts,
    }
