"""The files of a model folder, read within limits and compared with their checksums."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from tenfold.errors import ModelError
from tenfold.model_folder.facts import StoredFile

FACTS = "model.json"
O_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
GRAPH_BYTES_MAX = 64 << 20  # 50 times what tenfold ships
FACTS_BYTES_MAX = 4 << 20

HINT_TENFOLD = "give a model folder that tenfold has written"
HINT_COPY = "put the file itself there, not a link to it"
HINT_AGAIN = "copy the folder again from where it was made, or train anew"


def read_stored(folder: Path, file: str, name: str, bytes_max: int) -> bytes:
    """The content of a file of `folder`, of at most `bytes_max` bytes, or of what a link in its
    place leads to: the cache of Hugging Face keeps the files beside the folder. Only these bytes
    are used, so no runtime ever follows a link. Raises ModelError that begins with `name`."""
    path = folder / file
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a device or a pipe does something
            raise ModelError(f"{name}: {file} is not a file", hint=HINT_AGAIN)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | O_BINARY)
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # changed since
                raise ModelError(f"{name}: {file} is not a file", hint=HINT_AGAIN)
            content = opened.read(bytes_max + 1)
    except OSError as problem:
        raise ModelError(f"{name}: {file}: {problem.strerror}", hint=HINT_AGAIN) from problem
    if len(content) > bytes_max:
        raise ModelError(f"{name}: {file} is larger than {bytes_max:,} bytes", hint=HINT_TENFOLD)
    return content


def verify_stored(content: bytes, listed: StoredFile, file: str, name: str) -> None:
    """Raise ModelError unless the content has the checksum that model.json lists."""
    digest = StoredFile.of(content).sha256
    if digest != listed.sha256:
        raise ModelError(
            f"{name}: {file} has another checksum ({digest[:12]}...) than {FACTS} says",
            hint=HINT_AGAIN,
        )


def read_stored_json(folder: Path, name: str, format_version: int) -> dict[str, Any]:
    """The object in model.json, of this format version. Raises ModelError."""
    content = read_stored(folder, FACTS, name, FACTS_BYTES_MAX)
    try:
        saved = json.loads(content)
    except (ValueError, RecursionError) as problem:  # JSON, UTF-8, an integer of 5,000 digits
        raise ModelError(f"{name}: {FACTS} is not JSON: {problem}", hint=HINT_AGAIN) from problem
    version = saved.get("format_version") if isinstance(saved, dict) else None
    if version != format_version:
        newer = isinstance(version, int) and version > format_version
        raise ModelError(
            f"{name}: model format {version}, this tenfold reads {format_version}",
            hint="install a newer tenfold" if newer else HINT_AGAIN,
        )
    assert isinstance(saved, dict)
    return saved
