"""Make, list and remove the tokens that let visitors in (SECURITY.md).

    ./kinetoscope token add alice --role run
    ./kinetoscope token list
    ./kinetoscope token remove alice

The data folder keeps only a digest of each token, in a file that nobody else can read.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from backend.tokens import ROLES, Tokens
from contract import settings as table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help="what to do")
    add = actions.add_parser("add", help="make a token, and show it once")
    add.add_argument("name", help="who it is for")
    add.add_argument("--role", choices=ROLES, default="run", help="view: look; run: also have things computed; admin")
    remove = actions.add_parser("remove", help="shut a holder out, with all its sessions")
    remove.add_argument("name", help="whose it is")
    everyone = actions.add_parser("list", help="who holds a token")
    everyone.add_argument("--json", action="store_true", help="print them as JSON")
    for action in (add, remove, everyone):
        action.add_argument("--data", type=Path, help="data folder (default: the user's)")


def main(args: argparse.Namespace) -> int:
    """Run the command. A server that runs takes notice at once."""
    tokens = Tokens((args.data or table.read(os.environ).data).expanduser().resolve())
    if args.action == "add":
        print(f"{tokens.add(args.name, args.role)}\nThis is shown only once. It may {_MAY[args.role]}.")
    elif args.action == "remove":
        tokens.remove(args.name)
        print(f"Removed {args.name}.")
    elif args.json:
        held = [
            {"name": x.name, "role": x.role, "created": x.created and x.created.isoformat()} for x in tokens.holders()
        ]
        print(json.dumps(held, indent=1))
    else:
        for holder in tokens.holders():
            print(f"{holder.name:<24} {holder.role:<6} {holder.created:%Y-%m-%d}")
    return 0


_MAY = {
    "view": "look at everything",
    "run": "look at everything, have units computed, and write notes",
    "admin": "do everything that the page offers",
}
