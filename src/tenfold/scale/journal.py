"""parts.jsonl: a line for each shard that is done, added when its part is in place.

A crash may cut its last line: that shard is done again, to the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tenfold.files import os_errors_as_output_error, write_whole
from tenfold.scale.shard import Receipt

NAME = "parts.jsonl"


def read_receipts(folder: Path) -> dict[int, Receipt]:
    """The receipts by the numbers of their shards; lines that are damaged are left out."""
    found: dict[int, Receipt] = {}
    try:
        lines = (folder / NAME).read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    for line in lines:
        try:
            receipt = Receipt(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[receipt.shard] = receipt
    return found


def add_receipt(folder: Path, receipt: Receipt) -> None:
    """Add a line at the end. Raises OutputError."""
    path = folder / NAME
    with os_errors_as_output_error(path), path.open("ab") as file:
        # a line that a crash has cut is ended first
        cut = file.tell() and _last_byte(path) != b"\n"
        file.write(b"\n" * bool(cut) + _line(receipt))


def write_receipts(folder: Path, receipts: Iterable[Receipt]) -> None:
    """Write all lines anew, in the order of the shards. Raises OutputError."""
    lines = sorted(receipts, key=lambda receipt: receipt.shard)
    write_whole(folder / NAME, b"".join(map(_line, lines)))


def _line(receipt: Receipt) -> bytes:
    return json.dumps(asdict(receipt)).encode() + b"\n"


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1)
