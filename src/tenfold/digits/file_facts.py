"""A data file, as model.json and data.json name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenfold.digits import DataFile
from tenfold.files.json_object import JsonObject


@dataclass(frozen=True)
class FileFacts(JsonObject):
    """A data file: its name, the SHA-256 of its unpacked content, and how many rows it has."""

    name: Any = None
    sha256: str = ""
    size_bytes: Any = None
    rows: int | None = None

    @classmethod
    def of(cls, file: DataFile) -> FileFacts:
        return cls(file.name, file.sha256, file.size_bytes, file.rows)
