"""The model folder, format version 1: the one thing that passes from training to everything else.

    model.onnx   images uint8 [n,28,28] -> probabilities float32 [n,10], is_digit float32 [n]
    model.json   what it is, how it was made, how it was measured, SHA-256 and size of the others
    rows.bin     hashes of the rows that it was trained on or chosen by; older folders have none
    README.md    a model card, filled from model.json

A folder from Hugging Face's Hub has the graph in onnx/model.onnx.

Opening verifies version, size and SHA-256, and that the graph is of the kind that tenfold writes
(`graph/`), before anything reaches a runtime. Nothing in the folder can run code. A link out of the
folder is followed once, here, and what it leads to has to have the SHA-256 that model.json says:
nobody can say that of a file that he cannot read.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tenfold.errors import ModelError
from tenfold.files import write_json, write_whole
from tenfold.graph import GraphFault, check_graph
from tenfold.model_folder.card import GRAPH, HUB_GRAPH, ROWS, model_card
from tenfold.model_folder.facts import FORMAT_VERSION, ModelFacts, StoredFile
from tenfold.model_folder.rows_seen import ROWS_BYTES_MAX, RowsSeen
from tenfold.model_folder.stored_files import (
    FACTS,
    FACTS_BYTES_MAX,
    GRAPH_BYTES_MAX,
    HINT_AGAIN,
    HINT_COPY,
    HINT_TENFOLD,
    read_stored,
    read_stored_json,
    verify_stored,
)

CARD = "README.md"


@dataclass(frozen=True, eq=False)
class ModelFolder:
    """A verified model: `graph` is the content of model.onnx, `facts` that of model.json, `seen`
    that of rows.bin, or None. There is none with a graph that may not reach a runtime: making it
    raises ModelError."""

    path: str
    graph: bytes
    facts: ModelFacts
    seen: RowsSeen | None = None

    def __post_init__(self) -> None:
        try:
            check_graph(self.graph)
        except GraphFault as fault:
            raise ModelError(
                f"{self.path}: {GRAPH} is no graph that tenfold writes: {fault}", hint=HINT_TENFOLD
            ) from None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as the bytes of its files: what is unpickled has been checked like a folder."""
        seen = None if self.seen is None else self.seen.to_bytes()
        return _from_bytes, (self.path, self.graph, json.dumps(self.facts.to_json()), seen)

    def __repr__(self) -> str:
        return f"ModelFolder({self.path!r}, {self.version})"  # not a megabyte of its graph

    @property
    def reject_threshold(self) -> float:
        return float(self.facts.reject_threshold)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that name these weights."""
        return self.facts.graph.sha256[:12]


def _from_bytes(path: str, graph: bytes, facts: str, seen: bytes | None) -> ModelFolder:
    """The model of these files' contents. Raises ModelError, ValueError."""
    rows = None if seen is None else RowsSeen.from_bytes(seen)
    return ModelFolder(path, graph, ModelFacts.from_json(json.loads(facts)), rows)


def open_model(path: str | os.PathLike[str]) -> ModelFolder:
    """The model at `path`, verified. Raises ModelError that names what does not fit."""
    name = os.fspath(path)
    folder = Path(path)
    if not os.path.isdir(folder):
        raise ModelError(f"{name}: no such model folder", hint="give a model folder or a run")
    facts = _read_facts(folder, name)
    from_hub = not os.path.lexists(folder / GRAPH) and os.path.lexists(folder / HUB_GRAPH)
    file = HUB_GRAPH if from_hub else GRAPH
    graph = read_stored(folder, file, name, GRAPH_BYTES_MAX)
    verify_stored(graph, facts.graph, file, name)
    return ModelFolder(name, graph, facts, _read_seen(folder, facts, name))


def _read_seen(folder: Path, facts: ModelFacts, name: str) -> RowsSeen | None:
    """None where the folder was written by a version that kept no rows."""
    listed = (facts.files or {}).get(ROWS)
    if listed is None:
        return None
    content = read_stored(folder, ROWS, name, ROWS_BYTES_MAX)
    verify_stored(content, listed, ROWS, name)
    try:
        return RowsSeen.from_bytes(content)
    except ValueError as problem:
        raise ModelError(f"{name}: {ROWS} {problem}", hint=HINT_AGAIN) from problem


def _read_facts(folder: Path, name: str) -> ModelFacts:
    saved = read_stored_json(folder, name, FORMAT_VERSION)
    if saved.get("kind") == "strings":
        raise ModelError(
            f"{name}: reads strips, not tiles", hint="give a model of tiles, such as 'pictures'"
        )
    try:
        return ModelFacts.from_json(saved)
    except ValueError as problem:
        raise ModelError(f"{name}: {FACTS} {problem}", hint=HINT_AGAIN) from problem


def read_card(model: ModelFolder) -> bytes | None:
    """The card as it lies in the folder, if there is one; it may have been edited. Raises
    ModelError, also for a link out of the folder to anything but the card that was written: a card
    is published, and another's file would be published in its place."""
    folder = Path(model.path)
    if not os.path.lexists(folder / CARD):
        return None
    content = read_stored(folder, CARD, model.path, FACTS_BYTES_MAX)
    try:
        inside = (folder / CARD).resolve(strict=True).is_relative_to(folder.resolve())
    except OSError as problem:
        raise ModelError(f"{model.path}: {CARD}: {problem.strerror}", hint=HINT_COPY) from problem
    listed = (model.facts.files or {}).get(CARD)
    if not inside and (listed is None or StoredFile.of(content).sha256 != listed.sha256):
        raise ModelError(f"{model.path}: {CARD} lies outside the folder", hint=HINT_COPY)
    return content


def write_model(
    folder: Path, graph: bytes, facts: ModelFacts, seen: RowsSeen | None = None
) -> ModelFolder:
    """Write the files into `folder`; `graph` and `files` of `facts` are filled in.

    Raises ModelError for a graph that no reader would take, and OutputError.
    """
    facts = replace(facts, graph=StoredFile.of(graph))
    files = {} if seen is None else {ROWS: seen.to_bytes()}
    files[CARD] = model_card(facts, seen).encode(errors="backslashreplace")
    listed = {name: StoredFile.of(content) for name, content in files.items()}
    complete = replace(facts, files=listed)
    model = ModelFolder(str(folder), graph, complete, seen)  # refused before it is written
    write_whole(folder / GRAPH, graph)
    for name, content in files.items():
        write_whole(folder / name, content)
    write_json(folder / FACTS, complete.to_json())
    return model
