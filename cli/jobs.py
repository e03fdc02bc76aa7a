"""List the jobs of a running server, cancel some, or try failed ones again.

    ./kinetoscope jobs                             # what runs, what is queued in the order of its turn, what failed
    ./kinetoscope jobs --state finished --limit 5
    ./kinetoscope jobs --cancel ID ID              # also --retry; ids as they are listed
    ./kinetoscope jobs --cancel-queued             # all that waits; sweeps that run are paused

Exit status: 0 done, 1 a job is not as it was asked to be, or the server refuses.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from cli import remote
from cli.remote import Remote
from contract.nouns import count

STATES = ("running", "queued", "failed", "finished", "canceled")
SHOWN = STATES[:3]
LIMIT = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--cancel", nargs="+", default=[], metavar="ID", help="cancel these jobs")
    what.add_argument("--retry", nargs="+", default=[], metavar="ID", help="queue these failed or canceled jobs again")
    what.add_argument("--cancel-queued", action="store_true", help="cancel all that waits, and pause sweeps that run")
    parser.add_argument("--state", choices=STATES, help=f"list these only (default: {', '.join(SHOWN)})")
    parser.add_argument("--limit", type=int, default=LIMIT, help="so many of each state (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the server's answers as JSON")
    remote.add_server(parser)


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 also for a named job that had ended, or had not failed."""
    server = Remote(args.url, token=args.token)
    if args.cancel_queued:
        done = server.post("jobs", "cancel")
        said = f"Canceled {count(done['canceled'], 'job')}, paused {count(done['paused'], 'sweep')}."
        print(json.dumps(done) if args.json else said)
        return 0
    if args.cancel or args.retry:
        return _each(server, args)
    states = [args.state] if args.state else SHOWN
    return _list({state: server.get("jobs", state=state, limit=args.limit) for state in states}, as_json=args.json)


def _each(server: Remote, args: argparse.Namespace) -> int:
    """Cancel or retry the named ones."""
    # a running one stops at its next step
    verb, wanted = ("cancel", ("canceled", "running")) if args.cancel else ("retry", ("queued", "running"))
    jobs = [server.post("jobs", identity, verb) for identity in args.cancel or args.retry]
    if args.json:
        print(json.dumps(jobs, indent=1))
    else:
        print("\n".join(map(_line, jobs)))
    return int(not all(job["state"] in wanted for job in jobs))


def _list(pages: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(pages, indent=1))
        return 0
    for state, page in pages.items():
        total = page["total"]
        print(f"{state.capitalize()}: {total:,}")
        for job in page["items"]:
            print(_line(job))
        if len(page["items"]) < total:
            print(f"  and {total - len(page['items']):,} more")
    return 0


def _line(job: dict[str, Any]) -> str:
    """A job in a line."""
    spec = job["spec"]
    said = [job["state"], job["title"], spec.get("model") or "", job.get("variant") or "", _news(job)]
    return f"  {job['id']}  " + ", ".join(filter(None, said))


def _news(job: dict[str, Any]) -> str:
    if job["blocked"] or job["error"]:
        return job["blocked"] or job["error"]
    if job["position"]:
        return f"place {job['position']}"
    progress = job["progress"]
    return f"step {progress['step']} of {progress['steps']}" if progress and progress["steps"] else ""
