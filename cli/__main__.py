"""`python -m cli COMMAND`: every file here that has `add_arguments` and `main` is a command.

Commands are imported only when they run: the server must not load what the workers need.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import sys
from pathlib import Path

from contract.errors import KinetoscopeError

FOLDER = Path(__file__).parent


def commands(folder: Path = FOLDER) -> dict[str, str]:
    """Names of the commands and the first line of their help, without importing them."""
    found = {}
    for file in sorted(folder.glob("[a-z]*.py")):
        tree = ast.parse(file.read_text())
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if {"add_arguments", "main"} <= functions:
            found[file.stem.replace("_", "-")] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(argv: list[str]) -> int:
    """Run one command; its exit status."""
    known = commands()
    parser = argparse.ArgumentParser(prog="./kinetoscope", description="What video networks have learned.")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in argv if not word.startswith("-")), "")
    subparsers.add_parser("test", help="Run every check and every test.").set_defaults(main=_test)
    for name, line in known.items():
        subparser = subparsers.add_parser(name, help=line, description=line)
        if name == chosen:
            module = importlib.import_module(f"cli.{name.replace('-', '_')}")
            module.add_arguments(subparser)
            subparser.set_defaults(main=module.main)
    args = parser.parse_args(argv)
    try:
        return args.main(args)
    except KinetoscopeError as error:
        print(error.detail, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has enough of it, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _test(_args: argparse.Namespace) -> int:
    print("The tests are run by the script itself: ./kinetoscope test", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
