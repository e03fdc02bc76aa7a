"""Files that are written as a whole or not at all, whoever dies or whatever disk is full meanwhile."""

from __future__ import annotations

import secrets
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Put data into a file, in the place of what it held, and make its folder. Raises OSError: it holds that still.

    Of several that write at once, the last counts.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
