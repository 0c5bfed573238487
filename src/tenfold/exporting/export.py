"""Export a model as a page, as a copy of its folder or for the Hub, whole or not at all."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from tenfold.classifier import find_model
from tenfold.classifier.classifier import WEIGHTS
from tenfold.errors import MissingExtraError, OutputError
from tenfold.exporting.huggingface import ENTRIES as HUB_ENTRIES
from tenfold.exporting.huggingface import write_repository
from tenfold.files import refuse_existing, staged_folder, write_json, write_whole
from tenfold.model_folder import CARD, ModelFolder, read_card
from tenfold.model_folder.card import GRAPH, ROWS
from tenfold.model_folder.stored_files import FACTS

Format = Literal["html", "onnx", "huggingface"]
FORMATS: tuple[Format, ...] = get_args(Format)
PAGE = "index.html"
NEEDED = ("onnx", "cv2")  # by the page: it reads the graph, and frames with framing's own constants


@dataclass(frozen=True)
class Exported:
    """The folder that an export wrote, its files, their size, and the model's version."""

    folder: Path
    files: tuple[str, ...]
    size_bytes: int
    model: str  # ModelFolder.version

    def to_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "size_bytes": self.size_bytes,
            "model": self.model,
        }


def export(
    model: str | os.PathLike[str],
    to: str | os.PathLike[str],
    *,
    format: Format = "html",
    force: bool = False,
) -> Exported:
    """Write a model (folder, run or name) into the folder `to`, as a page, as a copy, or in the
    layout of Hugging Face's Hub.

    A copy holds the ONNX graph, the facts, the rows seen and the card.

    Raises ModelError where the page cannot hold the model, OutputError, MissingExtraError.
    """
    folder, entries = Path(to), {PAGE, GRAPH, FACTS, ROWS, CARD, *HUB_ENTRIES}
    refuse_existing(folder, force=force, ours=entries)
    found = find_model(model)
    if os.path.realpath(found.path) == os.path.realpath(folder):
        raise OutputError(f"{folder}: is the model itself", hint="choose another place")
    page = _page(found) if format == "html" else None
    with staged_folder(folder, force=force, ours=entries) as aside:
        if page is not None:
            write_whole(aside / PAGE, page)
        elif format == "onnx":
            _copy(found, aside)
        else:
            shipped = Path(found.path).is_relative_to(WEIGHTS)
            write_repository(found, aside, shipped=shipped)
        written = sorted(file for file in aside.rglob("*") if file.is_file())
        files = {file.relative_to(aside).as_posix(): file.stat().st_size for file in written}
    return Exported(folder, tuple(files), sum(files.values()), found.version)


def _copy(model: ModelFolder, folder: Path) -> None:
    """Copy the verified files, and the model card if there is one."""
    write_whole(folder / GRAPH, model.graph)
    write_json(folder / FACTS, model.facts.to_json())
    if model.seen is not None:
        write_whole(folder / ROWS, model.seen.to_bytes())
    if (card := read_card(model)) is not None:
        write_whole(folder / CARD, card)


def _page(model: ModelFolder) -> str:
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise MissingExtraError("exporting a page", "export")
    from tenfold.exporting.html_page import html_page

    return html_page(model)
