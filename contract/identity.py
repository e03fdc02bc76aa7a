"""What identifies a request: two that ask for the same have the same id, in whatever order they say it."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def identity(said: Any) -> str:
    """Hash of `said`, anything that JSON can say: 32 hexadecimal digits, SHA-256 of its canonical text.

    Canonical: keys in order, no spaces, numbers as Python writes them.
    """
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
