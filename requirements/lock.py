"""Write the lists that are installed (requirements*.txt, with hashes) anew from what is asked for here.

    pip install uv
    python requirements/lock.py

Every list holds all that its packages need, for every system and Python from 3.11 on; the others agree with the
product's.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRODUCT = "product"
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header")


def lists() -> list[Path]:
    """What is asked for, the product's first."""
    return sorted(HERE.glob("*.in"), key=lambda path: (path.stem != PRODUCT, path.stem))


def place(asked: Path) -> Path:
    """The list that is installed."""
    name = "requirements.txt" if asked.stem == PRODUCT else f"requirements-{asked.stem}.txt"
    return HERE.parent / name


def main() -> None:
    """Lock them all. Raises CalledProcessError where versions cannot be had together."""
    product = place(HERE / f"{PRODUCT}.in")
    for asked in lists():
        agree = [] if asked.stem == PRODUCT else ["--constraint", product]
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *agree, asked, "--output-file", place(asked)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
