"""Have all units of a model computed by a running server, below whatever people wait for.

    ./kinetoscope sweep demo                      # the recommended layers
    ./kinetoscope sweep demo --layers fc6,fc7 --units 0-99 --variants slow,fast
    ./kinetoscope sweep demo --plan               # what it would cost

The server does it: Ctrl-C pauses the sweep, and the same command goes on with it; so does the jobs page. What is
computed stays, and is not computed twice. Exit status: 0 done, 1 a unit failed or the server refuses, 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from time import sleep
from typing import Any

from cli import duration, remote
from cli.bar import Bar
from cli.remote import Remote
from contract.nouns import count

PAUSE_S = 1.0

Tell = Callable[[str, int, int], None]
"""Called with a layer, its pictures that are done, and all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model of the server, such as demo")
    parser.add_argument("--layers", default="", help="paths with commas, or `all` (default: the recommended ones)")
    parser.add_argument("--units", default="", help="such as 0-99,120 (default: all of each layer)")
    parser.add_argument("--variants", default="", help="of slow, fast, still (default: those the model is shown in)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--plan", action="store_true", help="say what there is to do and what it costs, and do nothing")
    what.add_argument("--detach", action="store_true", help="begin it, and do not wait for its end")
    what.add_argument("--pause", action="store_true", help="pause the one with these layers, units and variants")
    what.add_argument("--cancel", action="store_true", help="end the one with these layers, units and variants")
    parser.add_argument("--json", action="store_true", help="print plan or outcome as JSON")
    remote.add_server(parser)


def main(args: argparse.Namespace) -> int:
    """Run the command."""
    server = Remote(args.url, token=args.token)
    wanted = request(args)
    view = server.post("sweeps", "plan", body=wanted)
    if not args.json:
        print("\n".join(told(view)), flush=True)
    if args.pause or args.cancel:
        view = server.post("sweeps", view["id"], "pause" if args.pause else "cancel")
    elif not args.plan:
        view = server.post("sweeps", body=wanted)
        if not args.detach:
            view = _follow(server, view)
    if args.json:
        print(json.dumps(view, indent=1))
    return 0 if args.plan else _outcome(view)


def request(args: argparse.Namespace) -> dict[str, Any]:
    """The request of the command's arguments."""
    layers: str | list[str] = args.layers.split(",") if args.layers else "recommended"
    variants = [name for name in args.variants.split(",") if name]
    return {
        "model": args.model,
        "layers": "all" if args.layers == "all" else layers,
        "units": args.units,
        "variants": variants,
    }


def told(plan: dict[str, Any]) -> list[str]:
    """The plan in words."""
    wide = max((len(layer["layer"]) for layer in plan["layers"]), default=0)
    lines = [
        f"{layer['layer'].ljust(wide)} {layer['missing']:7,} of {layer['runs']:7,} pictures missing, {_each(layer)}"
        for layer in plan["layers"]
    ]
    held = [plan["blocked"]] if plan["blocked"] else []
    return [*lines, f"{count(plan['missing'], 'picture')} to compute{_whole(plan)}.", *held]


def follow(server: Remote, view: dict[str, Any], tell: Tell, wait: Callable[[float], None]) -> dict[str, Any]:
    """The sweep once it is over, or somebody paused it. Says once why no worker takes what waits."""
    blocked = view["blocked"]
    while view["state"] == "running":
        for layer in view["layers"]:
            if layer["missing"] > layer["failed"]:
                tell(layer["layer"], layer["runs"] - layer["missing"], layer["runs"])
                break
        wait(PAUSE_S)
        view = server.get("sweeps", view["id"])
        if view["blocked"] not in (None, blocked):
            print(view["blocked"], file=sys.stderr)
        blocked = view["blocked"]
    return view


def _follow(server: Remote, view: dict[str, Any]) -> dict[str, Any]:
    bar = Bar()
    try:
        return follow(server, view, bar.show, sleep)
    except KeyboardInterrupt:
        bar.close()
        server.post("sweeps", view["id"], "pause")
        print("Paused; the same command goes on from here.", file=sys.stderr)
        raise
    finally:
        bar.close()


def _outcome(view: dict[str, Any]) -> int:
    for run in view["failures"]:
        print(f"{run['layer']} {run['unit']} {run['variant']}: {run['error']}", file=sys.stderr)
    print(f"The sweep is {view['state']}.", file=sys.stderr)
    return 1 if view["failed"] else 0


def _whole(plan: dict[str, Any]) -> str:
    """What is missing, in time."""
    if not plan["missing"]:
        return ""
    if plan["untimed"]:
        return ", in a time that is not known before one was made"
    crew = "one worker" if plan["workers"] < 2 else f"{plan['workers']} workers"
    said = f"{duration.words(plan['seconds'] / max(1, plan['workers']))} on {crew}"
    if not plan["guessed"]:
        return f": about {said}"
    lacking = sum(layer["missing"] > 0 for layer in plan["layers"])
    return f": roughly {said}; {plan['guessed']} of {count(lacking, 'layer')} guessed from others"


def _each(layer: dict[str, Any]) -> str:
    if layer["seconds"] is None:
        return "time not known"
    said = f"{layer['seconds']:.1f} s each"
    return f"roughly {said}" if layer["guessed"] else said
