"""Settings: one table of environment variables. Read once, at the edge; everything else gets values as arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setting:
    """One environment variable."""

    variable: str
    default: str
    help: str


SETTINGS = {
    "data": Setting("KINETOSCOPE_DATA", "", "Folder for results, models and the queue; empty: the user's data folder."),
    "redis_url": Setting("REDIS_URL", "", "Redis or Valkey for the queue; empty: one of our own."),
    "cache_url": Setting("CACHE_URL", "", "Redis or Valkey for pictures; empty: the same kind as the queue."),
    "cache_memory": Setting("KINETOSCOPE_CACHE_MEMORY", "512mb", "Memory limit of our own picture cache."),
    "token": Setting("KINETOSCOPE_TOKEN", "", "Secret that clients must send; needed to listen on a network address."),
    "frontend": Setting("KINETOSCOPE_FRONTEND", str(ROOT / "frontend"), "Folder of the page's files."),
    "demo_card": Setting(
        "KINETOSCOPE_DEMO_CARD",
        str(ROOT / "worker" / "demo" / "weights" / "card.json"),
        "Card of the shipped network, shown before the first worker is up.",
    ),
    "device": Setting("KINETOSCOPE_DEVICE", "", "Device of a worker: cpu, cuda:0, ...; empty: the best one."),
}


@dataclass(frozen=True)
class Settings:
    """The values of the table. `data`: where the server keeps files."""

    data: Path
    redis_url: str = ""
    cache_url: str = ""
    cache_memory: str = "512mb"
    token: str = ""
    frontend: Path = ROOT / "frontend"
    demo_card: Path = ROOT / "worker" / "demo" / "weights" / "card.json"
    device: str = ""
    loopback: bool = True


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables, defaults where they are absent or empty."""
    text = {name: environ.get(setting.variable) or setting.default for name, setting in SETTINGS.items()}
    return Settings(
        data=Path(text["data"]).expanduser().resolve() if text["data"] else user_data(environ),
        redis_url=text["redis_url"],
        cache_url=text["cache_url"] or text["redis_url"],
        cache_memory=text["cache_memory"],
        token=text["token"],
        frontend=Path(text["frontend"]),
        demo_card=Path(text["demo_card"]),
        device=text["device"],
    )


def user_data(environ: Mapping[str, str]) -> Path:
    """`kinetoscope` in the user's data folder."""
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "kinetoscope"
