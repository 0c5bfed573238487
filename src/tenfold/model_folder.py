"""The model folder, format version 1: the one thing that passes from training to everything else.

    model.onnx   images uint8 [n,28,28] -> probabilities float32 [n,10], is_digit float32 [n]
    model.json   what it is, how it was made, how it was measured, SHA-256 and size of the others
    rows.bin     hashes of the rows that it was trained on or chosen by; older folders have none
    README.md    a model card, filled from model.json

Opening verifies version, size and SHA-256, and that the graph is of the kind that tenfold writes
(`graph/`), before anything reaches a runtime. Nothing in the folder can run code, and nothing of it
lies outside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenfold.errors import ModelError
from tenfold.files import write_json, write_whole
from tenfold.graph import GraphFault, check_graph
from tenfold.rows_seen import ROWS_BYTES_MAX, RowsSeen
from tenfold.shapes import COUNT, SEED, SHARE, Number, fault

FORMAT_VERSION = 1
GRAPH = "model.onnx"
FACTS = "model.json"
ROWS = "rows.bin"
CARD = "README.md"
GRAPH_BYTES_MAX = 64 << 20  # 50 times what tenfold ships
FACTS_BYTES_MAX = 4 << 20
FACTS_REQUIRED = ("recipe", "seed", "labels", "temperature", "reject_threshold", "lineage", "graph")

HINT_TENFOLD = "give a model folder that tenfold has written"
HINT_COPY = "put the file itself there, not a link to it"
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
    "adapted?": {"verdict": str, "new_rows": PAIRED, "reminders": PAIRED},
    "packages?": {str: str},
    "graph": {"sha256": str, "size_bytes": COUNT},
    "files?": {str: {"sha256": str}},
}

HINT_AGAIN = "copy the folder again from where it was made, or train anew"

KNOWS_DIGITS_ALONE = """It knows the ten digits and nothing else: letters, several digits in one
tile and empty tiles get an answer too."""
KNOWS_OTHERS = """`is_digit` is low for letters, signs, scribbles, blots, empty tiles and two digits
in one tile, of which it was shown drawn ones; what looks like a digit is taken for one: O for 0."""


@dataclass(frozen=True, eq=False)
class ModelFolder:
    """A verified model: `graph` is the content of model.onnx, `facts` that of model.json, `seen`
    that of rows.bin, or None. There is none with a graph that may not reach a runtime: making it
    raises ModelError."""

    path: str
    graph: bytes
    facts: Mapping[str, Any]
    seen: RowsSeen | None = None

    def __post_init__(self) -> None:
        try:
            check_graph(self.graph)
        except GraphFault as fault:
            raise ModelError(
                f"{self.path}: {GRAPH} is no graph that tenfold writes: {fault}", hint=HINT_TENFOLD
            ) from None

    @property
    def reject_threshold(self) -> float:
        return float(self.facts["reject_threshold"])

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that name these weights."""
        return str(self.facts["graph"]["sha256"])[:12]


def open_model(path: str | os.PathLike[str]) -> ModelFolder:
    """The model at `path`, verified. Raises ModelError that names what does not fit."""
    name = os.fspath(path)
    folder = Path(path)
    if not os.path.isdir(folder):
        raise ModelError(f"{name}: no such model folder", hint="give a model folder or a run")
    facts = _read_facts(folder, name)
    graph = _read(folder, GRAPH, name, GRAPH_BYTES_MAX)
    _verify(graph, facts["graph"], GRAPH, name)
    return ModelFolder(name, graph, facts, _read_seen(folder, facts, name))


def _read_seen(folder: Path, facts: Mapping[str, Any], name: str) -> RowsSeen | None:
    """None where the folder was written by a version that kept no rows."""
    listed = facts.get("files", {}).get(ROWS)
    if listed is None:
        return None
    content = _read(folder, ROWS, name, ROWS_BYTES_MAX)
    _verify(content, listed, ROWS, name)
    try:
        return RowsSeen.from_bytes(content)
    except ValueError as problem:
        raise ModelError(f"{name}: {ROWS} {problem}", hint=HINT_AGAIN) from problem


def _verify(content: bytes, listed: Mapping[str, Any], file: str, name: str) -> None:
    digest = hashlib.sha256(content).hexdigest()
    if digest != listed["sha256"]:
        raise ModelError(
            f"{name}: {file} has another checksum ({digest[:12]}...) than {FACTS} says",
            hint=HINT_AGAIN,
        )


def _read_facts(folder: Path, name: str) -> dict[str, Any]:
    content = _read(folder, FACTS, name, FACTS_BYTES_MAX)
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError) as problem:  # JSON, UTF-8, an integer of 5,000 digits
        raise ModelError(f"{name}: {FACTS} is not JSON: {problem}", hint=HINT_AGAIN) from problem
    version = facts.get("format_version") if isinstance(facts, dict) else None
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        raise ModelError(
            f"{name}: model format {version}, this tenfold reads {FORMAT_VERSION}",
            hint="pip install --upgrade tenfold" if newer else HINT_AGAIN,
        )
    if missing := [key for key in FACTS_REQUIRED if key not in facts]:
        raise ModelError(f"{name}: {FACTS} lacks {', '.join(missing)}", hint=HINT_AGAIN)
    if otherwise := fault(facts, SHAPE):
        raise ModelError(f"{name}: {FACTS} has fields of other types: {otherwise}", hint=HINT_AGAIN)
    return dict(facts)


def _read(folder: Path, file: str, name: str, bytes_max: int) -> bytes:
    path = folder / file
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            raise ModelError(f"{name}: {file} lies outside the folder", hint=HINT_COPY)
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
            raise ModelError(f"{name}: {file} is not a file", hint=HINT_AGAIN)
        with path.open("rb") as opened:
            content = opened.read(bytes_max + 1)
    except OSError as problem:
        raise ModelError(f"{name}: {file}: {problem.strerror}", hint=HINT_AGAIN) from problem
    if len(content) > bytes_max:
        raise ModelError(
            f"{name}: {file} is larger than {bytes_max:,} bytes",
            hint="give a model folder that tenfold has written",
        )
    return content


def read_card(model: ModelFolder) -> bytes | None:
    """The card as it lies in the folder, if there is one. Raises ModelError."""
    folder = Path(model.path)
    if not os.path.lexists(folder / CARD):
        return None
    return _read(folder, CARD, model.path, FACTS_BYTES_MAX)


def write_model(
    folder: Path, graph: bytes, facts: Mapping[str, Any], seen: RowsSeen | None = None
) -> ModelFolder:
    """Write the files into `folder`; version and checksums are filled in.

    `facts` holds FACTS_REQUIRED without `graph`, and optionally `measured` and `packages`. Raises
    ModelError for a graph that no reader would take, and OutputError.
    """
    complete = {"format_version": FORMAT_VERSION, **facts, "graph": _listed(graph)}
    files = {} if seen is None else {ROWS: seen.to_bytes()}
    files[CARD] = model_card(complete, seen).encode(errors="backslashreplace")
    complete["files"] = {name: _listed(content) for name, content in files.items()}
    model = ModelFolder(str(folder), graph, complete, seen)  # refused before it is written
    write_whole(folder / GRAPH, graph)
    for name, content in files.items():
        write_whole(folder / name, content)
    write_json(folder / FACTS, complete)
    return model


def _listed(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}


def model_card(facts: Mapping[str, Any], seen: RowsSeen | None = None) -> str:
    """The card as Markdown; every number in it comes from `facts` and `seen`."""
    recipe, lineage, measured = facts["recipe"], facts["lineage"], facts.get("measured")
    files = "\n".join(
        f"| {file['name']} | {file['rows']:,} | `{file['sha256']}` |" for file in lineage["files"]
    )
    packages = facts.get("packages", {}).items()
    made_with = ", ".join(f"{name} {version}" for name, version in packages) or "unknown versions"
    return f"""# tenfold model: {recipe["name"]}

Reads one handwritten digit from a 28 x 28 tile (ink bright on 0, framed as MNIST frames it).

- Input `images`: uint8 [n, 28, 28]. Outputs `probabilities`: float32 [n, 10], calibrated, and
  `is_digit`: float32 [n].
- `{GRAPH}`: {facts["graph"]["size_bytes"]:,} bytes, SHA-256 `{facts["graph"]["sha256"]}`
- Recipe `{recipe["name"]}`, {recipe["epochs"]} epochs, seed {facts["seed"]}; temperature
  {facts["temperature"]:.4f}; answers below {facts["reject_threshold"]:.4f} are best called unsure.

## How it was measured

{measured_text(measured)}
{_adapted_text(facts)}
## What it was trained on

{lineage["rows"]:,} rows of

| file | rows | SHA-256 |
|---|---|---|
{files}

SHA-256 of the row numbers: `{lineage["rows_sha256"]}`

{_seen_text(seen)}

## What it is not for

{KNOWS_OTHERS if recipe.get("non_digits") else KNOWS_DIGITS_ALONE}
It was measured on rows like those it was trained on; other pens, cameras and countries read worse
until measured.

Made with {made_with}.
"""


def _seen_text(seen: RowsSeen | None) -> str:
    """How rows that it has seen can be known again."""
    if seen is None:
        return "Rows that it has seen cannot be told apart: no hashes of them were kept."
    chosen, sampling = int(seen.chosen.sum()), 2**seen.sampling
    text = (
        f"`{ROWS}` holds {len(seen) - chosen:,} hashes of what it was trained on and {chosen:,} of "
        f"what it was only chosen by: such rows are known again in any file, form and order.\n"
        f"Another row is taken for one of them with a probability of "
        f"{seen.false_positive_rate:.1g}."
    )
    if sampling > 1:
        text += f" Of all rows it can tell one in {sampling}, the same ones always."
    if not seen.complete:
        text += " Those of the model that it began as are missing: nobody had recorded them."
    return text


def _adapted_text(facts: Mapping[str, Any]) -> str:
    """Where it was adapted from another model, or was to be."""
    if "adapted" not in facts:
        return ""
    began = facts["lineage"].get("from")
    text = "\n## What adapting it did\n\n"
    if began:
        text += f"It began as `{began['model']}`, graph SHA-256 `{began['sha256']}`.\n\n"
    return text + "\n".join(f"- {line}" for line in adapted_lines(facts["adapted"])) + "\n"


def adapted_lines(adapted: Mapping[str, Any]) -> list[str]:
    """What `adapted` of model.json says, for people: before and after, and what was kept."""
    titles = {
        "new_rows": "new rows, each read by a model that was not adapted on it",
        "reminders": "rows that were neither adapted to nor rehearsed",
    }
    lines = [
        f"{adapted[key]['n']:,} {title}: {_paired(adapted[key])}" for key, title in titles.items()
    ]
    return [*lines, f"kept: {adapted['verdict']}"]


def measured_text(measured: Mapping[str, Any] | None) -> str:
    """What `measured` of the facts says, in words."""
    if not measured:
        return "It was trained on all rows; none were left to measure it on."
    text = (
        f"Accuracy {measured['accuracy']:.2%} on {measured['rows']} "
        f"(95 % Wilson interval {measured['accuracy_95_low']:.2%} to "
        f"{measured['accuracy_95_high']:.2%}); expected calibration error, cross-fitted, "
        f"{measured['ece']:.4f}."
    )
    if measured.get("note"):
        text += f" {measured['note']}"
    return text


def _paired(counts: Mapping[str, Any]) -> str:
    sides = []
    for side in ("before", "after"):
        low, high = counts[f"{side}_95"]
        sides.append(f"{side} {counts[side]:.2%} (95 % {low:.2%} to {high:.2%})")
    gained, lost, p = counts["gained"], counts["lost"], counts["mcnemar_p"]
    return f"{', '.join(sides)}; {gained:,} gained, {lost:,} lost, McNemar p = {p:.2g}"
