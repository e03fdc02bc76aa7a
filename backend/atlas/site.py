"""The folder of an atlas while it is written: files, and what the manifest says of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from backend.atlas.manifest import FILE, Entry, Manifest


class Site:
    """Files below `folder`, each written once. `entries`: by path, what the manifest will say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: dict[str, Entry] = {}

    def put(self, path: str, data: bytes) -> None:
        """Write one file. path: with slashes, relative to the folder."""
        if path in self.entries:
            raise ValueError(f"{path} is written twice")
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.entries[path] = Entry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))

    def put_json(self, path: str, value: BaseModel | Mapping) -> None:
        """Write a value, without spaces."""
        plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        self.put(path, json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode())

    def seal(self, manifest: Manifest) -> Manifest:
        """Write the manifest, last of all; as it is with its files."""
        whole = manifest.model_copy(update={"files": dict(sorted(self.entries.items()))})
        (self.folder / FILE).write_text(whole.model_dump_json(indent=1) + "\n")
        return whole
