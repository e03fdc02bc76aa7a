"""Video classifiers of Hugging Face: a folder with config.json and safetensors, through the optional transformers.

No code of a folder is run: only classes that transformers itself has, and weights as safetensors.
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from contract.catalogue import Stream
from contract.errors import ModelProblem
from worker.models import download
from worker.models.sheet import Sheet

CONFIG, PREPROCESSOR, WEIGHTS, SOURCE = "config.json", "preprocessor_config.json", "model.safetensors", "source.json"
NEEDED = "requirements-huggingface.txt"


class Classifier(nn.Module):
    """A classifier that takes a clip (batch, time, 3, height, width) and returns its logits."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, clip: Tensor) -> Tensor:
        """(batch, classes)."""
        name = str(getattr(self.network, "main_input_name", "pixel_values"))
        return self.network(**{name: clip}).logits


def is_folder(path: Path) -> bool:
    """Whether a path is a folder of this kind."""
    return (path / CONFIG).is_file()


def build(folder: Path) -> tuple[nn.Module, Sheet]:
    """The network of a folder, and what its files say of it. Raises ModelProblem."""
    transformers = _library("transformers")
    stated = _read(folder / CONFIG)
    auto = importlib.import_module("transformers.models.auto.modeling_auto")
    known = auto.MODEL_FOR_VIDEO_CLASSIFICATION_MAPPING_NAMES
    kind = str(stated.get("model_type"))
    if kind not in known:
        raise ModelProblem(f"{folder / CONFIG}: {kind!r} is no video classifier; known are {', '.join(known)}.")
    try:
        network, report = transformers.AutoModelForVideoClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
    except Exception as reason:  # the library raises many kinds on damaged folders
        raise ModelProblem(f"{folder} cannot be loaded: {' '.join(str(reason).split())[:300]}") from reason
    missing = sorted(report["missing_keys"])
    if missing:
        raise ModelProblem(f"{folder}: {len(missing)} weights are not in its safetensors, the first {missing[0]!r}.")
    return Classifier(network), _sheet(folder, network.config)


def pull(identity: str, *, data: Path, progress: download.Progress = download.silent, pause: float = 1.0) -> Path:
    """Download config, preprocessing and weights of `owner/name`; the folder that they are in. Raises ModelProblem."""
    if not re.fullmatch(r"[\w.\-]+/[\w.\-]+", identity) or ".." in identity:
        raise ModelProblem(f"{identity!r} is no model of a hub: it is written owner/name.")
    address = _library("huggingface_hub").hf_hub_url
    folder = data / "hub" / identity.replace("/", "--")
    hashes = {}
    for file in (CONFIG, PREPROCESSOR, WEIGHTS):
        try:
            target = folder / file
            url = address(identity, file)
            hashes[file] = (
                download.sha256(target)
                if target.is_file()
                else download.fetch(url, target, checksum="", progress=progress, pause=pause)
            )
        except ModelProblem as problem:
            if file == PREPROCESSOR and "answers 404" in problem.detail:
                continue
            raise ModelProblem(
                f"{problem.detail} Without a connection: place {CONFIG}, {PREPROCESSOR} and {WEIGHTS} in {folder} and "
                f"give the same command, or ./kinetoscope add FOLDER."
            ) from problem
    (folder / SOURCE).write_text(json.dumps({"identity": identity, "sha256": hashes}))
    return folder


def stamp(folder: Path) -> str:
    """Another text when a file of the folder has changed."""
    files = [folder / CONFIG, folder / PREPROCESSOR, *sorted(folder.glob("*.safetensors"))]
    return " ".join(f"{f.name} {f.stat().st_mtime_ns} {f.stat().st_size}" for f in files if f.is_file()) or "missing"


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as reason:
        raise ModelProblem(
            f"Hugging Face networks need the package {name!r}: .venv/bin/python -m pip install -r {NEEDED}"
        ) from reason


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as reason:
        raise ModelProblem(f"{path} cannot be read: {reason}.") from reason
    if not isinstance(found, dict):
        raise ModelProblem(f"{path} is not a JSON object.")
    return found


def _sheet(folder: Path, config: Any) -> Sheet:
    looks = _read(folder / PREPROCESSOR) if (folder / PREPROCESSOR).is_file() else {}
    side = _number(getattr(config, "image_size", None) or getattr(config, "crop_size", 224))
    stream = Stream(
        name="clip",
        kind="clip",
        frames=getattr(config, "num_frames", None) or getattr(config, "frames_per_clip", 16),
        height=side,
        width=side,
        layout="TCHW",
        mean=tuple(looks.get("image_mean", (0.5,) * 3)),
        std=tuple(looks.get("image_std", (0.5,) * 3)),
    )
    labels = tuple(str(config.id2label[i]) for i in sorted(config.id2label))
    source = _read(folder / SOURCE) if (folder / SOURCE).is_file() else {}
    identity, hashed = source.get("identity", ""), source.get("sha256", {}).get(WEIGHTS, "")
    return Sheet(
        title=identity or folder.resolve().name,
        description=f"Hugging Face {config.model_type}. The frame rate is not stated in its files.",
        streams=(stream,),
        classes=() if all(re.fullmatch(r"LABEL_\d+", label) for label in labels) else labels,
        weights=f"pulled from {identity}, SHA-256 {hashed[:16]}..., unverified: no public checksum is known"
        if identity
        else f"from the folder {folder.resolve().name}, unverified",
    )


def _number(value: Any) -> int:
    return int(value if isinstance(value, int) else next(iter(value.values() if isinstance(value, dict) else value)))
