"""A clip that somebody brought, seen once: what it is, and a strip of small frames to find one's way in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from contract.clip import FILM, CheckSpec, Clips, Film
from contract.errors import KinetoscopeError
from worker import render
from worker.probing import decoding
from worker.probing.decoding import Decoded

Fetch = Callable[[CheckSpec, Path], None]
"""Puts a surveyed clip into a folder. Raises ClipProblem."""


def check(spec: CheckSpec, clips: Clips, *, fetch: Fetch) -> None:
    """Keep what is found beside the clip. What is refused is deleted. Raises ClipRefused, ClipGone, ClipProblem."""
    try:
        if spec.surveyed:
            fetch(spec, clips.place(spec.clip))
        found = decoding.decode(clips.original(spec.clip), look=True)
    except KinetoscopeError:
        clips.remove(spec.clip)
        raise
    film, media = describe(found)
    clips.put(spec.clip, FILM, film, media)


def describe(found: Decoded) -> tuple[Film, dict[str, bytes]]:
    """What is known of a film, and its pictures by file name."""
    assert found.look is not None
    picture, media = render.film("film", "clip", found.look, len(found.look) / found.seconds)
    film = Film(
        seconds=found.seconds,
        frames=found.frames,
        fps=round(found.fps, 3),
        width=found.width,
        height=found.height,
        codec=found.codec,
        picture=picture,
    )
    return film, media
