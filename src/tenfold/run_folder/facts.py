"""data.json as frozen dataclasses: the only code that knows its keys.

A run's data.json says what the run was started with, so that it can be resumed; that of an
evaluation of other rows names its files alone. `from_json` checks what the program reads and names
the place of a mismatch; `to_json` gives back all that was read, also keys of other versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tenfold.digits.file_facts import FileFacts
from tenfold.digits.table_frame import Transposed
from tenfold.files.json_object import FROM, JsonObject
from tenfold.files.json_shapes import COUNT, SEED, Number, fault

FILES = [{"sha256": str, "name?": str, "rows?": COUNT}]
# what the program reads of a run's data.json
SHAPE = {
    "paths": [str],
    "seed": SEED,
    "label?": str,
    "header?": bool,
    "transposed?": frozenset(("yes", "no")),
    "files": FILES,
    "test_files?": FILES,
    **dict.fromkeys(("train_rows?", "validation_rows?"), COUNT),
    "measured_on?": str,
    "folds?": {
        "count": Number(2, 100, whole=True),
        "only": [COUNT],
        "final": frozenset(("refit", "ensemble", "none")),
    },
    "from?": {"model": str, "sha256": str, "replay": [str], "replay_files": FILES},
}


@dataclass(frozen=True)
class FoldsFacts(JsonObject):
    """A cross-validation: `count` folds, of which `only` some (empty: all), and the final model."""

    count: int
    only: tuple[int, ...]
    final: str

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        return cls._read(saved, only=tuple(saved["only"]))


@dataclass(frozen=True)
class WarmStartFacts(JsonObject):
    """The model that a fine-tuning starts from, as typed, and the SHA-256 of its graph.

    `replay` are the paths of further rows to replay, `replay_files` their files.
    """

    model: str
    sha256: str
    replay: tuple[str, ...]
    replay_files: tuple[FileFacts, ...]

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        files = _files(saved["replay_files"])
        return cls._read(saved, replay=tuple(saved["replay"]), replay_files=files)


@dataclass(frozen=True, kw_only=True)
class RunFacts(JsonObject):
    """The content of a run's data.json.

    verb: the command that started the run, `run` or `train`; rows, class_counts [10] and warnings
    are for the report. These four are unchecked. label, header and transposed say how data
    are read, where that was chosen. train_rows and validation_rows are None until the
    rows are split, folds without a cross-validation, start without a fine-tuning.
    """

    verb: Any = None
    paths: tuple[str, ...] = ()
    seed: int = 0
    label: str | None = None
    header: bool | None = None
    transposed: Transposed | None = None
    files: tuple[FileFacts, ...] = ()
    test_files: tuple[FileFacts, ...] | None = None
    rows: Any = None
    class_counts: Any = None
    warnings: Any = None
    folds: FoldsFacts | None = None
    start: WarmStartFacts | None = field(default=None, metadata=FROM)
    train_rows: int | None = None
    validation_rows: int | None = None

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Check and read the object of data.json. Raises ValueError that names the place."""
        if mismatch := fault(saved, SHAPE):
            raise ValueError(mismatch)
        test_files, folds, start = (saved.get(key) for key in ("test_files", "folds", "from"))
        return cls._read(
            saved,
            paths=tuple(saved["paths"]),
            files=_files(saved["files"]),
            test_files=None if test_files is None else _files(test_files),
            folds=None if folds is None else FoldsFacts.from_json(folds),
            start=None if start is None else WarmStartFacts.from_json(start),
        )


@dataclass(frozen=True)
class EvaluationFacts(JsonObject):
    """The files of an evaluation, in the order of its rows: all of data.json that it needs."""

    files: tuple[FileFacts, ...]

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Check and read any data.json. Raises ValueError that names the place."""
        if mismatch := fault(saved, {"files": [{"sha256": str, "rows": COUNT}]}):
            raise ValueError(mismatch)
        return cls._read(saved, files=_files(saved["files"]))

    @property
    def rows(self) -> int:
        return sum(file.rows or 0 for file in self.files)


def _files(saved: list[Mapping[str, Any]]) -> tuple[FileFacts, ...]:
    return tuple(map(FileFacts.from_json, saved))
