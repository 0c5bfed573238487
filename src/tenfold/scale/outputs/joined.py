"""One file made of parts, in their order; each part is hashed again while it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from tenfold.errors import DataError
from tenfold.files import encoded, os_errors_as_output_error, sha256_of, staged_file
from tenfold.reading.tables.csv_file import HEADER as NUMBERS_HEADER
from tenfold.reading.tables.rows import COLUMNS
from tenfold.scale.outputs.csv_part import header
from tenfold.scale.outputs.rejects import HEADER

READ_BYTES = 4 << 20


def join_parts(
    path: Path,
    part_format: str,
    columns: Sequence[str],
    parts: Sequence[Path],
    sha256s: Sequence[str],
) -> None:
    """Write `path` from parts with these columns and hashes; it is there whole or not at all.

    Raises OutputError; DataError for a part that is not as it was written.
    """
    with staged_file(path) as file:
        if part_format == "csv":
            first = NUMBERS_HEADER if tuple(columns) == COLUMNS else header(columns)
            _join_csv(file, path, encoded(first), parts, sha256s)
            return
        from tenfold.scale.outputs.joined_parquet import join_parquet

        for part, sha256 in zip(parts, sha256s, strict=True):
            with os_errors_as_output_error(part):
                _refuse_changed(part, sha256_of(part), sha256)
        with os_errors_as_output_error(path):
            join_parquet(file, parts)


def join_rejects(path: Path, parts: Sequence[Path]) -> None:
    """Write `path` from files of rejects. Raises OutputError."""
    with staged_file(path) as file:
        _join_csv(file, path, encoded(HEADER), parts, [""] * len(parts))


def _join_csv(
    file: BinaryIO, path: Path, first: bytes, parts: Sequence[Path], sha256s: Sequence[str]
) -> None:
    """Write the header once, and of each part what comes behind it."""
    with os_errors_as_output_error(path):
        file.write(first)
        for part, sha256 in zip(parts, sha256s, strict=True):
            digest = hashlib.sha256()
            with part.open("rb") as opened:
                digest.update(opened.read(len(first)))
                for block in _blocks(opened):
                    digest.update(block)
                    file.write(block)
            if sha256:
                _refuse_changed(part, digest.hexdigest(), sha256)


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read(READ_BYTES):
        yield block


def _refuse_changed(part: Path, found: str, written: str) -> None:
    if found != written:
        raise DataError(
            f"{part}: is not as it was written", hint="run the same command with --verify"
        )
