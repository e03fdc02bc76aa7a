"""How long something takes, in words."""

from __future__ import annotations


def words(seconds: float) -> str:
    """Seconds, minutes or hours, whichever says most: `4.2 s`, `12 min`, `3.5 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
