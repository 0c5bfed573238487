"""model.json, format version 1, as frozen dataclasses: the only code that knows its keys.

`ModelFacts.from_json` checks what the program reads and names the place of a mismatch; `to_json`
gives back all that was read, also keys of other versions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from tenfold.digits.file_facts import FileFacts
from tenfold.files.json_object import FROM, NULLABLE, JsonObject
from tenfold.files.json_shapes import COUNT, SEED, SHARE, Number, fault

FORMAT_VERSION = 1
REQUIRED = ("recipe", "seed", "labels", "temperature", "reject_threshold", "lineage", "graph")
PAIRED = {
    "n": COUNT,
    **dict.fromkeys(("before", "after", "mcnemar_p"), SHARE),
    "before_95": [SHARE, SHARE],
    "after_95": [SHARE, SHARE],
    **dict.fromkeys(("gained", "lost"), COUNT),
}
# what the program reads of model.json
SHAPE = {
    "recipe": {"name": str, "epochs": COUNT, "answered_accuracy": Number(1e-9, 1)},
    "seed": SEED,
    "labels": [str],
    "temperature": Number(1e-9, 1e9),
    "reject_threshold": Number(0, 2),
    "measured?": (
        type(None),
        {
            "rows": str,
            **dict.fromkeys(("accuracy", "accuracy_95_low", "accuracy_95_high", "ece"), SHARE),
            "n": COUNT,
            "note?": str,
        },
    ),
    "lineage": {
        "files": [{"name": str, "sha256": str, "rows": COUNT}],
        "rows": COUNT,
        "rows_sha256": str,
        "from?": {"model": str, "sha256": str},
    },
    "fine_tuning?": {"verdict": str, "new_rows": PAIRED, "retention_rows": PAIRED},
    "packages?": {str: str},
    "graph": {"sha256": str, "size_bytes": COUNT},
    "files?": {str: {"sha256": str}},
}


@dataclass(frozen=True)
class RecipeFacts(JsonObject):
    """The fields of the saved recipe that are read; `to_json` has all of them.

    schedule, validation and non_digits are unchecked: a recipe of another version may lack them.
    """

    name: str
    epochs: int
    answered_accuracy: float
    schedule: Any = None
    validation: Any = None
    non_digits: Any = None

    @property
    def steered(self) -> bool:
        """Whether the learning rate followed the validation accuracy."""
        return bool(self.schedule == "plateau")


@dataclass(frozen=True)
class MeasuredFacts(JsonObject):
    """Figures of an evaluation; `rows` says in words which rows it used, `note` what to add.

    measured_rows: MeasuredOn as JSON, unchecked; older models have none.
    """

    metric: Any
    accuracy: float
    n: int
    accuracy_95_low: float
    accuracy_95_high: float
    ece: float
    rows: str
    measured_rows: Any = None
    note: str | None = None


@dataclass(frozen=True)
class Ancestor(JsonObject):
    """The model that a fine-tuning started from, by name and by SHA-256 of its graph.

    start: what that model's lineage says of its own ancestor, unchecked.
    """

    model: str
    sha256: str
    start: Any = field(default=None, metadata=FROM)


@dataclass(frozen=True)
class Lineage(JsonObject):
    """The data files and the number of rows that the weights have seen.

    rows_sha256: of the row numbers, little-endian int64.
    """

    files: tuple[FileFacts, ...]
    rows: int
    rows_sha256: str
    start: Ancestor | None = field(default=None, metadata=FROM)

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        start = Ancestor.from_json(saved["from"]) if "from" in saved else None
        return cls._read(saved, files=tuple(map(FileFacts.from_json, saved["files"])), start=start)


@dataclass(frozen=True)
class PairedFacts(JsonObject):
    """Accuracies before and after a fine-tuning on the same `n` rows, with 95 % intervals."""

    n: int
    before: float
    before_95: Sequence[float]
    after: float
    after_95: Sequence[float]
    gain: Any
    gain_95: Any
    gained: int
    lost: int
    mcnemar_p: float


@dataclass(frozen=True)
class FineTuningFacts(JsonObject):
    """Result of a fine-tuning: `kept` is "fine-tuned" or "start", `verdict` says why."""

    kept: Any
    verdict: str
    new_rows: PairedFacts
    retention_rows: PairedFacts

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        pairs = {key: PairedFacts.from_json(saved[key]) for key in ("new_rows", "retention_rows")}
        return cls._read(saved, **pairs)


@dataclass(frozen=True)
class StoredFile(JsonObject):
    """Checksum and size of a file of the model folder."""

    sha256: str = ""
    size_bytes: int | None = None

    @classmethod
    def of(cls, content: bytes) -> StoredFile:
        return cls(hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, kw_only=True)
class ModelFacts(JsonObject):
    """The content of model.json. `graph` and `files` are empty until `write_model` fills them in.

    `measured` is None for a model that was trained on all rows, `fine_tuning` for one that was not
    fine-tuned; `packages` and `files` are None where an older version did not record them.
    """

    format_version: int = FORMAT_VERSION
    recipe: RecipeFacts
    seed: int
    labels: tuple[str, ...]
    temperature: float
    reject_threshold: float
    measured: MeasuredFacts | None = field(default=None, metadata=NULLABLE)
    lineage: Lineage
    packages: Mapping[str, str] | None = None
    graph: StoredFile = StoredFile()
    files: Mapping[str, StoredFile] | None = None
    fine_tuning: FineTuningFacts | None = None

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Check and read the object of model.json. Raises ValueError that names the place."""
        if missing := [key for key in REQUIRED if key not in saved]:
            raise ValueError(f"lacks {', '.join(missing)}")
        if mismatch := fault(saved, SHAPE):
            raise ValueError(f"has fields of other types: {mismatch}")
        measured, fine_tuning, files = (
            saved.get(key) for key in ("measured", "fine_tuning", "files")
        )
        return cls._read(
            saved,
            recipe=RecipeFacts.from_json(saved["recipe"]),
            labels=tuple(saved["labels"]),
            measured=None if measured is None else MeasuredFacts.from_json(measured),
            lineage=Lineage.from_json(saved["lineage"]),
            graph=StoredFile.from_json(saved["graph"]),
            files=None if files is None else _stored_files(files),
            fine_tuning=None if fine_tuning is None else FineTuningFacts.from_json(fine_tuning),
        )


def _stored_files(saved: Mapping[str, Any]) -> dict[str, StoredFile]:
    return {name: StoredFile.from_json(file) for name, file in saved.items()}
