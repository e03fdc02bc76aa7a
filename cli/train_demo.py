"""Draw the demo's clips, train its networks, and write weights, statistics and card.

Seeded; takes at most 40 minutes on 2 cores. Everything that `./kinetoscope` shows of the demo comes from this command.
"""

from __future__ import annotations

import argparse
import json
import time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--clips", type=int, default=4000, help="training clips (default 4000)")
    parser.add_argument("--held-out", type=int, default=1000, help="clips per held-out split (default 1000)")
    parser.add_argument("--epochs", type=int, default=7, help="passes over the clips, per network (default 7)")
    parser.add_argument("--seed", type=int, default=1, help="seed of clips and networks (default 1)")
    parser.add_argument("--processes", type=int, default=2, help="processes that draw and train (default 2)")
    parser.add_argument("--json", action="store_true", help="print the accuracies as JSON")


def main(args: argparse.Namespace) -> int:
    """Train and write. Returns 0."""
    import torch

    from worker.demo import production

    started = time.monotonic()
    torch.set_num_threads(args.processes)
    train = production.draw_training(args.clips, seed=args.seed, processes=args.processes)
    production.train_networks(train, epochs=args.epochs, seed=args.seed, processes=args.processes)
    held_out = production.draw_held_out(args.held_out, seed=args.seed, processes=args.processes)
    accuracy = production.write_card(held_out)
    if args.json:
        print(json.dumps(accuracy, indent=1))
        return 0
    for name, value in accuracy.items():
        print(f"{name:45s} {value:.3f}")
    print(f"written in {(time.monotonic() - started) / 60:.1f} minutes")
    return 0
