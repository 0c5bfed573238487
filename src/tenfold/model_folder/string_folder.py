"""The string reader's model folder: a model folder of another kind, with its own contract.

    reader.onnx    strips uint8 [n,32,w] -> log_probabilities float32 [n,w/2,18], boxes [n,w/2,4]
    locator.onnx   pages -> where rows of writing lie (`LOCATOR_CONTRACT`)
    upright.onnx   strips -> whether they stand or are upside down (`UPRIGHT_CONTRACT`)
    model.json     what they are, how they were made and measured, SHA-256 and size of the others
    README.md      a model card

Opening verifies as for the model folder: version, kind, sizes, SHA-256, and that each graph keeps
its contract, before anything reaches a runtime.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from tenfold.digits.file_facts import FileFacts
from tenfold.errors import ModelError
from tenfold.files import write_json, write_whole
from tenfold.files.json_object import JsonObject
from tenfold.files.json_shapes import COUNT, fault
from tenfold.graph import (
    LOCATOR_CONTRACT,
    STRIP_CONTRACT,
    UPRIGHT_CONTRACT,
    Contract,
    GraphFault,
    check_graph,
)
from tenfold.model_folder.facts import StoredFile
from tenfold.model_folder.stored_files import (
    FACTS,
    GRAPH_BYTES_MAX,
    HINT_AGAIN,
    HINT_TENFOLD,
    read_stored,
    read_stored_json,
    verify_stored,
)

FORMAT_VERSION, KIND = 1, "strings"
READER, LOCATOR, UPRIGHT, CARD = "reader.onnx", "locator.onnx", "upright.onnx", "README.md"
STORED = {"sha256": str, "size_bytes": COUNT}
SHAPE = {
    "kind": frozenset({KIND}),
    "symbols": str,
    "lineage": {"files": [{"name": str, "sha256": str, "rows": COUNT}]},
    "files": {str: STORED},
    "packages?": {str: str},
}


@dataclass(frozen=True, kw_only=True)
class StringModelFacts(JsonObject):
    """The content of the string reader's model.json.

    `symbols`: the ten digits, the marks and '?', in the order of the outputs after the blank.
    `lineage` has the files that the strips were composed of. `measured` and `training` are
    for people. `files` is empty until `write_string_model` fills it in.
    """

    format_version: int = FORMAT_VERSION
    kind: str = KIND
    symbols: str
    lineage: tuple[FileFacts, ...] = ()
    training: Any = None
    measured: Any = None
    packages: Mapping[str, str] | None = None
    files: Mapping[str, StoredFile] | None = None

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Check and read the object of model.json. Raises ValueError that names the place."""
        if mismatch := fault(dict(saved), SHAPE):
            raise ValueError(f"has fields of other types: {mismatch}")
        lineage = tuple(map(FileFacts.from_json, saved["lineage"]["files"]))
        files = {name: StoredFile.from_json(file) for name, file in saved["files"].items()}
        return cls._read(saved, lineage=lineage, files=files)

    def to_json(self) -> dict[str, Any]:
        saved = super().to_json()
        return saved | {"lineage": {"files": [file.to_json() for file in self.lineage]}}


@dataclass(frozen=True, eq=False)
class StringModelFolder:
    """A verified string reader: the contents of its graphs, and its facts. `locator` and `upright`
    are None in a folder without them. Making one with a graph that may not reach a runtime raises
    ModelError."""

    path: str
    reader: bytes
    locator: bytes | None
    facts: StringModelFacts
    upright: bytes | None = None

    def __post_init__(self) -> None:
        self._check(self.reader, READER, STRIP_CONTRACT)
        if self.locator is not None:
            self._check(self.locator, LOCATOR, LOCATOR_CONTRACT)
        if self.upright is not None:
            self._check(self.upright, UPRIGHT, UPRIGHT_CONTRACT)

    def _check(self, graph: bytes, file: str, contract: Contract) -> None:
        try:
            check_graph(graph, contract)
        except GraphFault as problem:
            raise ModelError(
                f"{self.path}: {file} is no graph that tenfold writes: {problem}", hint=HINT_TENFOLD
            ) from None

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that name these weights."""
        return StoredFile.of(self.reader).sha256[:12]


def open_string_model(path: str | os.PathLike[str]) -> StringModelFolder:
    """The string reader at `path`, verified. Raises ModelError that names what does not fit."""
    name, folder = os.fspath(path), Path(path)
    if not os.path.isdir(folder):
        raise ModelError(f"{name}: no such model folder", hint="give a string reader's folder")
    saved = read_stored_json(folder, name, FORMAT_VERSION)
    try:
        facts = StringModelFacts.from_json(saved)
    except ValueError as problem:
        raise ModelError(f"{name}: {FACTS} {problem}", hint=HINT_AGAIN) from problem
    reader = _graph(folder, facts, READER, name)
    if reader is None:
        raise ModelError(f"{name}: {FACTS} lists no {READER}", hint=HINT_AGAIN)
    locator, upright = (_graph(folder, facts, file, name) for file in (LOCATOR, UPRIGHT))
    return StringModelFolder(name, reader, locator, facts, upright)


def _graph(folder: Path, facts: StringModelFacts, file: str, name: str) -> bytes | None:
    """A graph of the folder; None where model.json does not list it."""
    listed = (facts.files or {}).get(file)
    if listed is None:
        return None
    content = read_stored(folder, file, name, GRAPH_BYTES_MAX)
    verify_stored(content, listed, file, name)
    return content


def write_string_model(
    folder: Path,
    reader: bytes,
    locator: bytes | None,
    facts: StringModelFacts,
    card: str,
    upright: bytes | None = None,
) -> StringModelFolder:
    """Write the files into `folder`; `files` of `facts` is filled in.

    Raises ModelError for a graph that no reader would take, and OutputError.
    """
    contents = {READER: reader, CARD: card.encode()}
    if locator is not None:
        contents[LOCATOR] = locator
    if upright is not None:
        contents[UPRIGHT] = upright
    files = {name: StoredFile.of(content) for name, content in contents.items()}
    complete = replace(facts, files=files)
    model = StringModelFolder(
        str(folder), reader, locator, complete, upright
    )  # refused before written
    for name, content in contents.items():
        write_whole(folder / name, content)
    write_json(folder / FACTS, complete.to_json())
    return model
