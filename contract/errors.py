"""Errors that a user can cause, each naming the value that was wrong and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from contract.nouns import count


class KinetoscopeError(Exception):
    """Base of the errors that are shown to a user in words.

    `allowed` holds the valid values (possibly cut), `did_you_mean` the nearest of them; `retry_after`: seconds after
    which the same may be asked again.
    """

    status = 400
    title = "Bad request"
    retry_after: int | None = None

    def __init__(self, detail: str, *, allowed: Iterable[str] = (), did_you_mean: Iterable[str] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.allowed = list(allowed)
        self.did_you_mean = list(did_you_mean)


class _UnknownName(KinetoscopeError):
    """A name that is not in a known list."""

    status = 404
    noun = "name"

    def __init__(self, name: str, known: Iterable[str], *, within: str = "") -> None:
        names = list(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        place = f" in {within}" if within else ""
        super().__init__(f"There is no {self.noun} {name!r}{place}.{hint}", allowed=names, did_you_mean=near)


class UnknownModel(_UnknownName):
    """No worker has published a model of that name."""

    title = "Unknown model"
    noun = "model"


class UnknownLayer(_UnknownName):
    """The model has no layer at that dotted path."""

    title = "Unknown layer"
    noun = "layer"


class UnknownClass(_UnknownName):
    """The model has no class of that name or number."""

    title = "Unknown class"
    noun = "class"


class UnknownWorker(_UnknownName):
    """No worker of that name is alive."""

    title = "Unknown worker"
    noun = "worker"


class UnitOutOfRange(KinetoscopeError):
    """The unit number is not within the layer."""

    status = 404
    title = "Unit out of range"

    def __init__(self, unit: int, *, layer: str, units: int) -> None:
        super().__init__(
            f"Layer {layer!r} has {count(units, 'unit')}, numbered 0 to {units - 1}; {unit} is not one of them.",
            allowed=[f"0..{units - 1}"],
        )


class Unsuited(KinetoscopeError):
    """A parameter that means nothing for this model, or not with the others."""

    status = 422
    title = "Parameters do not fit"


class UnknownJob(KinetoscopeError):
    """The queue knows of no job of that id."""

    status = 404
    title = "Unknown job"

    def __init__(self, identity: str) -> None:
        super().__init__(f"There is no job {identity!r}: it was never asked for, or is no longer on record.")


class UnknownVisualization(KinetoscopeError):
    """Nothing was ever asked for under that id, or its job was forgotten."""

    status = 404
    title = "Unknown visualization"

    def __init__(self, identity: str) -> None:
        super().__init__(f"There is no visualization {identity!r}: it was never requested, or its record has expired.")


class NotComputed(KinetoscopeError):
    """There is no picture (yet) to make a file of."""

    status = 409
    title = "Not computed"

    def __init__(self, why: str) -> None:
        super().__init__(f"There is no picture to take along: {why}.")


class UnknownFile(_UnknownName):
    """No file of that name can be made of a visualization."""

    title = "Unknown file"
    noun = "file"


class UnknownClips(_UnknownName):
    """No set of clips has that name."""

    title = "Unknown clips"
    noun = "set of clips"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = list(known)
        super().__init__(name, names)
        if not names:
            self.detail = f"{self.detail} None is known: name folders in KINETOSCOPE_CLIPS, as NAME=FOLDER."


class UnknownClip(KinetoscopeError):
    """The set that was surveyed has no such clip."""

    status = 404
    title = "Unknown clip"

    def __init__(self, identity: str) -> None:
        super().__init__(f"There is no clip {identity!r} in the set that was surveyed.")


class SettingProblem(KinetoscopeError):
    """An environment variable cannot be read."""

    title = "Setting cannot be read"


class ModelProblem(KinetoscopeError):
    """A model file, or its weights, cannot be used; the text says why and how to mend it."""

    title = "Model cannot be used"


class ClipProblem(KinetoscopeError):
    """A clip or a folder of clips cannot be read."""

    title = "Clip cannot be read"


class ClipRefused(KinetoscopeError):
    """A clip that was brought cannot be used: the text names what it is and what is allowed."""

    status = 422
    title = "Clip refused"


class ClipTooLarge(ClipRefused):
    """The file has too many bytes."""

    status = 413
    title = "Clip too large"


class UnknownFormat(ClipRefused):
    """The file is no film, whatever it is called."""

    status = 415
    title = "Not a film"


class ClipGone(KinetoscopeError):
    """There is no such clip (any more)."""

    status = 404
    title = "No such clip"

    def __init__(self, identity: str) -> None:
        super().__init__(f"There is no clip {identity!r}: it was deleted, it has expired, or it never was.")


class ClipWasHere(ClipGone):
    """The clip was here, and was deleted or has expired."""

    status = 410
    title = "Clip gone"

    def __init__(self, identity: str, how: str) -> None:
        super().__init__(identity)
        self.detail = f"The clip {identity!r} {how}. Bring it again to look at it."


class NoFindings(KinetoscopeError):
    """The model has not been analysed, or not by this version."""

    status = 404
    title = "Not analysed"

    def __init__(self) -> None:
        super().__init__(
            "This model has not been analysed yet. Ask for it on its findings page, or on the server: "
            "./kinetoscope analyse MODEL CLIPS"
        )


class NoPyramid(KinetoscopeError):
    """The score was not taken apart yet."""

    status = 404
    title = "No pyramid"

    def __init__(self) -> None:
        super().__init__("This score has not been taken apart on this clip yet: ask for it by POST.")


class UnknownIndex(_UnknownName):
    """Units of the layer cannot be sorted or chosen by that."""

    title = "Unknown index"
    noun = "index"
