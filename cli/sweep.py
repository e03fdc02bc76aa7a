"""Have all units of a model computed by a running server, below whatever people wait for.

    ./kinetoscope sweep demo                      # the recommended layers
    ./kinetoscope sweep demo --layers fc6,fc7 --units 0-99 --variants slow,fast
    ./kinetoscope sweep demo --plan               # what it would cost

Stop it with Ctrl-C and give the same command again to go on: what is computed stays, and is not computed twice.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cli.bar import Bar
from cli.remote import Refused, Remote
from contract import settings

PAGE = 200
"""Units that are looked at together."""

WAITING = 64
"""Jobs that wait or run at once: enough for some workers, few enough to be called back."""

PAUSE_S = 1.0
WAY = tuple[Callable[[str, int, int], None], Callable[[float], None]]
"""How to tell what is done, and how to wait."""


@dataclass
class Course:
    """A layer's way: runs in all and those that are missing, in units of one unit in one variant.

    seconds: that a run of the layer has taken (median of some that there are); None: there are none yet.
    """

    layer: str
    units: list[int] = field(repr=False)
    runs: int
    missing: int
    seconds: float | None
    failed: dict[int, str] = field(default_factory=dict)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model of the server, such as demo")
    parser.add_argument("--layers", default="", help="paths with commas, or `all` (default: the recommended ones)")
    parser.add_argument("--units", default="", help="such as 0-99,120 (default: all of each layer)")
    parser.add_argument("--variants", default="", help="of slow, fast, still (default: those the model is shown in)")
    parser.add_argument("--plan", action="store_true", help="say what there is to do and what it costs, and do nothing")
    parser.add_argument("--json", action="store_true", help="print plan and outcome as JSON")
    parser.add_argument("--url", default=os.environ.get("KINETOSCOPE_URL", "http://127.0.0.1:8000"), help="the server")
    parser.add_argument("--token", default=settings.read(os.environ).token, help="where the server asks for one")


def main(args: argparse.Namespace) -> int:
    """Run the command: 1 where a unit failed or the server refuses, 130 where it was stopped."""
    remote = Remote(args.url, token=args.token)
    card = remote.get("models", args.model)
    names = _variants(card, args.variants)
    courses = [plan(remote, card, layer, names, _numbers(args.units)) for layer in _layers(card, args.layers)]
    if not args.json:
        print("\n".join(told(courses)))
    if not args.plan:
        try:
            _go(remote, args.model, courses, names)
        except KeyboardInterrupt:
            print("Stopped; the same command goes on from here.", file=sys.stderr)
            return 130
    if args.json:
        print(json.dumps([{**asdict(course), "units": len(course.units)} for course in courses], indent=1))
    failures = [f"{course.layer} {unit}: {why}" for course in courses for unit, why in course.failed.items()]
    print("\n".join(failures), file=sys.stderr, end="\n" if failures else "")
    return 1 if failures else 0


def plan(
    remote: Remote, card: dict[str, Any], layer: dict[str, Any], names: Sequence[str], numbers: Sequence[range]
) -> Course:
    """What there is to do in one layer, dead units left out."""
    path, units, missing, times = layer["path"], [], 0, []
    for unit in _units(remote, card["name"], layer):
        if unit["dead"] or (numbers and not any(unit["unit"] in part for part in numbers)):
            continue
        units.append(unit["unit"])
        runs = [unit["variants"][name] for name in names]
        missing += sum(run["state"] != "finished" for run in runs)
        times += [run["result"]["seconds"] for run in runs if run["result"]]
    seconds = sorted(times)[len(times) // 2] if times else None
    return Course(path, units, len(units) * len(names), missing, seconds)


def told(courses: Sequence[Course]) -> list[str]:
    """The plan in words."""
    wide = max((len(course.layer) for course in courses), default=0)
    lines = [
        f"{course.layer.ljust(wide)} {course.missing:7,} of {course.runs:7,} runs missing, {_cost(course)}"
        for course in courses
    ]
    known = [course.missing * course.seconds for course in courses if course.seconds is not None]
    whole = f"about {sum(known) / 60:,.0f} min on one worker" if len(known) == len(courses) else "time not known yet"
    return [*lines, f"{sum(course.missing for course in courses):,} runs, {whole}."]


def follow(remote: Remote, model: str, course: Course, names: Sequence[str], way: WAY) -> None:
    """Keep the queue filled until every unit of a layer has ended; jobs that wait are called back on Ctrl-C."""
    tell, wait = way
    asked: set[int] = set()
    ended = 0
    for start in range(0, len(course.units), PAGE):
        part = course.units[start : start + PAGE]
        pending: list[str] = []
        try:
            while True:
                runs = _states(remote, model, course.layer, part, names)
                pending = [run["id"] for each in runs.values() for run in each if run["state"] in ("queued", "running")]
                done = sum(run["state"] == "finished" for each in runs.values() for run in each)
                tell(course.layer, ended + done, course.runs)
                idle = [unit for unit, each in runs.items() if unit not in asked and _lacks(each)]
                if not pending and not idle:
                    course.failed |= _failures(runs)
                    break
                some = idle[: max(0, WAITING - len(pending)) // len(names)]
                if some:
                    body = {"model": model, "layer": course.layer, "units": some, "variants": list(names)}
                    remote.post("visualizations", "batch", body={**body, "parameters": {}})
                    asked.update(some)
                wait(PAUSE_S)
        except KeyboardInterrupt:
            for identity in reversed(pending):
                remote.post("jobs", identity, "cancel")
            raise
        ended += done


def _go(remote: Remote, model: str, courses: Sequence[Course], names: Sequence[str]) -> None:
    bar = Bar()
    try:
        for course in courses:
            follow(remote, model, course, names, (bar.show, time.sleep))
    finally:
        bar.close()


def _lacks(runs: Sequence[dict[str, Any]]) -> bool:
    """Whether a unit is to be asked for. One that failed in this sweep or before is tried once more."""
    return any(run["state"] in ("absent", "canceled", "failed") for run in runs)


def _failures(runs: Mapping[int, Sequence[dict[str, Any]]]) -> dict[int, str]:
    return {unit: run["error"] or "" for unit, each in runs.items() for run in each if run["state"] == "failed"}


def _states(
    remote: Remote, model: str, layer: str, part: Sequence[int], names: Sequence[str]
) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for offset in range(part[0], part[-1] + 1, PAGE):
        page = remote.get("models", model, "layers", layer, "units", limit=PAGE, offset=offset)["items"]
        found |= {unit["unit"]: [unit["variants"][name] for name in names] for unit in page}
    return {unit: found[unit] for unit in part}


def _units(remote: Remote, model: str, layer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for offset in range(0, layer["units"], PAGE):
        yield from remote.get("models", model, "layers", layer["path"], "units", limit=PAGE, offset=offset)["items"]


def _layers(card: dict[str, Any], wanted: str) -> list[dict[str, Any]]:
    """Raises Refused for a layer that the model does not have."""
    by_path = {layer["path"]: layer for layer in card["layers"]}
    if wanted == "all":
        return list(by_path.values())
    if not wanted:
        return [layer for layer in by_path.values() if layer["recommended"]] or list(by_path.values())
    unknown = [path for path in wanted.split(",") if path not in by_path]
    if unknown:
        raise Refused(f"{card['name']} has no layer {unknown[0]!r}. It has {', '.join(by_path)}.")
    return [by_path[path] for path in wanted.split(",")]


def _variants(card: dict[str, Any], wanted: str) -> list[str]:
    allowed = ["slow", "fast", "still"] if [s["kind"] for s in card["streams"]] == ["clip"] else ["slow", "fast"]
    names = [name for name in wanted.split(",") if name] or allowed
    unknown = [name for name in names if name not in allowed]
    if unknown:
        raise Refused(f"{card['name']} is not shown as {unknown[0]!r}, but as {', '.join(allowed)}.")
    return names


def _numbers(text: str) -> list[range]:
    """Raises Refused for what is no list of numbers."""
    try:
        pairs = [part.partition("-") for part in text.split(",") if part]
        return [range(int(first), int(last or first) + 1) for first, _, last in pairs]
    except ValueError as reason:
        raise Refused(f"--units {text!r} is no list of numbers such as 0-99,120.") from reason


def _cost(course: Course) -> str:
    return "time not known" if course.seconds is None else f"{course.seconds:.1f} s each"
