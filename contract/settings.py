"""Settings: one table of environment variables. Read once, at the edge; everything else gets values as arguments."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from contract.analysis import DRAWN
from contract.errors import SettingProblem

ROOT = Path(__file__).resolve().parent.parent
SECRETS = frozenset({"KINETOSCOPE_TOKEN", "KINETOSCOPE_QUEUE_PASSWORD", "REDIS_URL", "CACHE_URL"})
CLIP_SET = re.compile(r"[A-Za-z0-9_.\-]{1,100}")


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
    "queue_password": Setting(
        "KINETOSCOPE_QUEUE_PASSWORD", "", "Password of both servers, where their addresses have none."
    ),
    "cache_memory": Setting("KINETOSCOPE_CACHE_MEMORY", "512mb", "Memory limit of our own picture cache."),
    "token": Setting("KINETOSCOPE_TOKEN", "", "Secret that clients must send, with all rights; others: `token add`."),
    "hosts": Setting("KINETOSCOPE_HOSTS", "", "Names that the server answers to, with commas: behind a proxy, say."),
    "rate": Setting("KINETOSCOPE_RATE", "200", "Requests a second for each holder of a token; 0: no limit."),
    "quota": Setting("KINETOSCOPE_QUOTA", "10000", "New jobs a day for each holder of a token; 0: no limit."),
    "streams": Setting("KINETOSCOPE_STREAMS", "200", "Event streams open at once for each holder; 0: no limit."),
    "checkpoint": Setting(
        "KINETOSCOPE_CHECKPOINT",
        "30",
        "Seconds after which a worker leaves on disk how far an optimization is, again and again; 0: never.",
    ),
    "reserve": Setting(
        "KINETOSCOPE_RESERVE",
        "200",
        "Megabytes of the data folder's disk that stay free for what is under way: below, new jobs are refused.",
    ),
    "first_look": Setting(
        "KINETOSCOPE_FIRST_LOOK", "1", "1: where nothing was ever computed, pictures of the demo are; 0: not by itself."
    ),
    "frontend": Setting("KINETOSCOPE_FRONTEND", str(ROOT / "frontend"), "Folder of the page's files."),
    "demo_card": Setting(
        "KINETOSCOPE_DEMO_CARD",
        str(ROOT / "worker" / "demo" / "weights" / "card.json"),
        "Card of the shipped network, shown before the first worker is up.",
    ),
    "clips": Setting(
        "KINETOSCOPE_CLIPS",
        "",
        "Clips that may be analysed from the page: NAME=FOLDER, or a data set for FOLDER; several separated by colons.",
    ),
    "log": Setting("KINETOSCOPE_LOG", "text", "text: warnings. json: all that happens to jobs, one object a line."),
    "threads": Setting("KINETOSCOPE_THREADS", "0", "Threads of a worker on the CPU; 0: its share of the cores."),
    "device": Setting("KINETOSCOPE_DEVICE", "", "Device of a worker: cpu, cuda:0, ...; empty: the best one."),
}


@dataclass(frozen=True)
class Settings:
    """The values of the table. `data`: where the server keeps files."""

    data: Path
    redis_url: str = ""
    cache_url: str = ""
    queue_password: str = ""
    cache_memory: str = "512mb"
    token: str = ""
    hosts: tuple[str, ...] = ()
    rate: int = 200
    quota: int = 10_000
    streams: int = 200
    checkpoint: int = 30
    reserve: int = 200
    first_look: bool = True
    frontend: Path = ROOT / "frontend"
    demo_card: Path = ROOT / "worker" / "demo" / "weights" / "card.json"
    clips: Mapping[str, Path] = field(default_factory=dict)
    log: str = "text"
    device: str = ""
    threads: int = 0
    loopback: bool = True


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables, defaults where they are absent or empty.

    A secret may stand in a file, which the variable with `_FILE` at its end names. Raises SettingProblem.
    """
    text = {name: _value(environ, setting.variable) or setting.default for name, setting in SETTINGS.items()}
    return Settings(
        data=Path(text["data"]).expanduser().resolve() if text["data"] else user_data(environ),
        redis_url=with_password(text["redis_url"], text["queue_password"]),
        cache_url=with_password(text["cache_url"] or text["redis_url"], text["queue_password"]),
        queue_password=text["queue_password"],
        cache_memory=text["cache_memory"],
        token=text["token"],
        hosts=tuple(filter(None, (name.strip() for name in text["hosts"].split(",")))),
        rate=count(text, "rate"),
        quota=count(text, "quota"),
        streams=count(text, "streams"),
        checkpoint=count(text, "checkpoint"),
        reserve=count(text, "reserve"),
        first_look=switch(text, "first_look"),
        frontend=Path(text["frontend"]),
        demo_card=Path(text["demo_card"]),
        clips=clip_sets(text["clips"]),
        log=text["log"],
        device=text["device"],
        threads=count(text, "threads"),
    )


def with_password(url: str, password: str) -> str:
    """An address of a server with the password in it, unless it has one or none is needed."""
    scheme, separator, rest = url.partition("://")
    if not (password and separator) or scheme == "unix" or "@" in rest:
        return url
    return f"{scheme}://:{quote(password, safe='')}@{rest}"


def _value(environ: Mapping[str, str], variable: str) -> str:
    file = environ.get(f"{variable}_FILE") if variable in SECRETS else None
    if not file:
        return environ.get(variable, "")
    try:
        return Path(file).read_text().strip()
    except OSError as reason:
        raise SettingProblem(f"{variable}_FILE: {file} cannot be read: {reason.strerror}.") from reason


def count(text: Mapping[str, str], name: str) -> int:
    """A whole number from 0. Raises SettingProblem."""
    if not (text[name].isascii() and text[name].isdigit()):
        raise SettingProblem(f"{SETTINGS[name].variable}: {text[name]!r} is not a whole number from 0.")
    return int(text[name])


def switch(text: Mapping[str, str], name: str) -> bool:
    """Whether 1 is said, not 0. Raises SettingProblem."""
    if text[name] not in ("0", "1"):
        raise SettingProblem(f"{SETTINGS[name].variable}: {text[name]!r} is neither 0 nor 1.")
    return text[name] == "1"


def clip_sets(text: str) -> dict[str, Path]:
    """Folders by name. Raises SettingProblem. Whether they exist is seen when they are read."""
    found = {}
    for part in filter(None, text.split(os.pathsep)):
        name, equals, folder = part.partition("=")
        if not (equals and folder and CLIP_SET.fullmatch(name)) or name == DRAWN:
            raise SettingProblem(
                f"KINETOSCOPE_CLIPS: {part!r} is not NAME=FOLDER, with a name of letters, digits, '_', '.' and '-' "
                f"other than {DRAWN!r}."
            )
        found[name] = Path(folder).expanduser().resolve()
    return found


def user_data(environ: Mapping[str, str]) -> Path:
    """`kinetoscope` in the user's data folder."""
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "kinetoscope"
