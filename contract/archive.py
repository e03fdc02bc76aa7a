"""Where findings are kept: files in the data folder, by the model's fingerprint. Written by the one who analyses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from contract.ablation import Ablation
from contract.clip import Clips
from contract.errors import NoFindings
from contract.findings import ClassMap, Contrast, OptimaFindings, Overview, PairFindings, SurveyedClip, UnitFindings
from contract.pyramid import BROUGHT_CLIP, Pyramid, Tubes, class_of
from contract.written import write

FOLDER = "findings"
CLIP = "clip.json"
OVERVIEW = "overview.json"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,199}")

Value = TypeVar("Value", bound=BaseModel)


class Archive:
    """The findings of one model. Reading raises NoFindings where it was not analysed, or not with this version."""

    def __init__(self, data: Path, fingerprint: str, *, beside: Path | None = None) -> None:
        """beside: a clip's folder, for what is made of it alone."""
        self.folder = (beside or data / FOLDER) / fingerprint

    @classmethod
    def of(cls, clip: str, data: Path, fingerprint: str) -> Archive:
        """Where what is made of a clip is kept: beside it and gone with it, if somebody brought it."""
        brought = BROUGHT_CLIP.fullmatch(clip)
        return cls(data, fingerprint, beside=Clips(data).place(brought[1]) if brought else None)

    # For the one who analyses.

    def put_overview(self, overview: Overview) -> None:
        """Last of all: with it the findings are there."""
        self._put(OVERVIEW, overview.model_dump_json().encode())

    def put_clips(self, clips: Sequence[SurveyedClip]) -> None:
        """The clips of the set."""
        self._put("clips.json", _dump(clips))

    def put_clip(self, clip: SurveyedClip, media: Mapping[str, bytes]) -> None:
        """One clip as it was surveyed, with its pictures by file name."""
        for name, data in media.items():
            self._put(f"clips/{clip.id}/{name}", data)
        self._put(f"clips/{clip.id}/{CLIP}", clip.model_dump_json().encode())

    def clip(self, identity: str) -> SurveyedClip:
        """One clip."""
        return _read(SurveyedClip, self._get(f"clips/{identity}/{CLIP}"))

    def put_layer(self, path: str, units: Iterable[UnitFindings]) -> None:
        """The units of a layer, one line each."""
        lines = b"\n".join(unit.model_dump_json().encode() for unit in units)
        self._put(f"layers/{path}.jsonl", lines)

    def put_maps(self, maps: Sequence[ClassMap]) -> None:
        """Where classes move and where they are looked at."""
        self._put("maps.json", _dump(maps))

    def put_pairs(self, pairs: Sequence[PairFindings]) -> None:
        """Pairs of classes that are confused."""
        self._put("pairs.json", _dump(pairs))

    def put_contrasts(self, contrasts: Sequence[Contrast]) -> None:
        """Clips that are taken for another class, or nearly."""
        self._put("contrasts.json", _dump(contrasts))

    def put_optima(self, found: OptimaFindings) -> None:
        """What the optima of a layer say."""
        self._put(f"optima/{found.layer}.json", found.model_dump_json().encode())

    def remember_folder(self, folder: Path) -> None:
        """Where the clips of the set lie."""
        self._put("folder.json", json.dumps(str(folder)).encode())

    def surveyed_folder(self) -> Path | None:
        """The folder of the set; None for drawn clips."""
        try:
            return Path(json.loads(self._get("folder.json")))
        except NoFindings:
            return None

    def put_pyramid(self, identity: str, made: Pyramid, tubes: Tubes) -> None:
        """A pyramid, under the id of its spec, and where in the clip its nodes have their parts from."""
        self._put(f"pyramids/{identity}-tubes.json", tubes.model_dump_json().encode())
        self._put(f"pyramids/{identity}.json", made.model_dump_json().encode())

    def put_ablation(self, identity: str, made: Ablation) -> None:
        """What is left without some units, under the id of its spec."""
        self._put(f"ablations/{identity}.json", made.model_dump_json().encode())

    def forget_classes(self) -> None:
        """Remove what was made of all known clips of a class: others may be known now."""
        pyramids, ablations = self.folder / "pyramids", self.folder / "ablations"
        for identity in self.pyramid_ids():
            made = self.pyramid(identity)
            if made and class_of(made.clip) is not None:
                (pyramids / f"{identity}.json").unlink(missing_ok=True)
                (pyramids / f"{identity}-tubes.json").unlink(missing_ok=True)
        for file in ablations.glob("*.json"):
            tried = self.ablation(file.stem)
            if tried and class_of(tried.spec.clip) is not None:
                file.unlink(missing_ok=True)

    def put_file(self, name: str, data: bytes) -> None:
        """A file as another archive of this model has it."""
        self._put(name, data)

    # For everybody.

    def overview(self) -> Overview | None:
        """What there is; None where nothing is."""
        try:
            return Overview.model_validate_json((self.folder / OVERVIEW).read_bytes())
        except (OSError, ValidationError):
            return None

    def clips(self) -> dict[str, SurveyedClip]:
        """The clips of the set, by id."""
        path = self.folder / "clips.json"
        return _clips(path, self._stamp(path))

    def unit(self, layer: str, unit: int) -> UnitFindings:
        """One unit."""
        return _read(UnitFindings, self._lines(layer)[unit])

    def units(self, layer: str) -> list[UnitFindings]:
        """All units of a layer, in order."""
        return [_read(UnitFindings, line) for line in self._lines(layer)]

    def maps(self) -> list[ClassMap]:
        """Maps of all classes that have clips."""
        return _read_all(ClassMap, self._get("maps.json"))

    def pairs(self) -> list[PairFindings]:
        """Pairs of classes that were looked into."""
        return _read_all(PairFindings, self._get("pairs.json"))

    def contrasts(self) -> list[Contrast]:
        """Clips that are taken for another class, then those that nearly are; the least certain first."""
        return _read_all(Contrast, self._get("contrasts.json"))

    def optima(self) -> dict[str, OptimaFindings]:
        """By layer, what optima say of those that were looked at."""
        files = sorted((self.folder / "optima").glob("*.json"))
        found = [_read(OptimaFindings, file.read_bytes()) for file in files]
        return {each.layer: each for each in found}

    def pyramid(self, identity: str) -> Pyramid | None:
        """The pyramid of a spec's id; None where it was not made, or not by this version."""
        try:
            return Pyramid.model_validate_json(self._get(f"pyramids/{identity}.json"))
        except (NoFindings, ValidationError):
            return None

    def pyramid_ids(self) -> list[str]:
        """Of those that were made."""
        files = (self.folder / "pyramids").glob("*.json")
        return sorted(file.stem for file in files if not file.stem.endswith("-tubes"))

    def tubes(self, identity: str) -> Tubes:
        """The tubes of a pyramid. identity: of a spec."""
        return _read(Tubes, self._get(f"pyramids/{identity}-tubes.json"))

    def ablation(self, identity: str) -> Ablation | None:
        """What is left without some units, by the id of its spec; None where it was not tried."""
        try:
            return Ablation.model_validate_json(self._get(f"ablations/{identity}.json"))
        except (NoFindings, ValidationError):
            return None

    def media(self, clip: str, file: str) -> bytes | None:
        """One picture of a clip, or None."""
        path = self.folder / "clips" / clip / file
        if not (NAME.fullmatch(clip) and NAME.fullmatch(file) and path.is_file()):
            return None
        return path.read_bytes()

    def stamp(self, layer: str) -> tuple[float, ...]:
        """When what is known of a layer's units was written: changes with it."""
        optima = self.folder / "optima" / f"{layer}.json"
        return (self._stamp(self.folder / "layers" / f"{layer}.jsonl"), self._stamp(optima) if optima.is_file() else 0)

    def _lines(self, layer: str) -> list[bytes]:
        if not NAME.fullmatch(layer):
            raise NoFindings()
        path = self.folder / "layers" / f"{layer}.jsonl"
        return _split(path, self._stamp(path))

    def _get(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as reason:
            raise NoFindings() from reason

    def _stamp(self, path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError as reason:
            raise NoFindings() from reason

    def _put(self, name: str, data: bytes) -> None:
        write(self.folder / name, data)


def _dump(values: Sequence[BaseModel]) -> bytes:
    return b"[" + b",\n".join(value.model_dump_json().encode() for value in values) + b"]"


def _read(kind: type[Value], raw: bytes) -> Value:
    try:
        return kind.model_validate_json(raw)
    except ValidationError as reason:
        raise NoFindings() from reason


def _read_all(kind: type[Value], raw: bytes) -> list[Value]:
    try:
        return [kind.model_validate(each) for each in json.loads(raw)]
    except ValueError as reason:  # of pydantic, or of a file that was cut short
        raise NoFindings() from reason


@lru_cache(maxsize=8)
def _split(path: Path, _stamp: float) -> list[bytes]:
    return path.read_bytes().splitlines()


@lru_cache(maxsize=4)
def _clips(path: Path, _stamp: float) -> dict[str, SurveyedClip]:
    return {clip.id: clip for clip in _read_all(SurveyedClip, path.read_bytes())}
