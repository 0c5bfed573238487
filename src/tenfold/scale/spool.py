"""Standard input as an input of a job: copied to a file in the output's folder before it is cut.

A pipe can be read once, from its beginning, by one process. Shards are read by several, in any
order, and again where a worker is killed or the job continues: so they need a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tenfold import console
from tenfold.errors import DataError, UsageError
from tenfold.files import os_errors_as_output_error, sha256_of, staged_file
from tenfold.progress import Progress
from tenfold.scale.inputs import InputFile
from tenfold.scale.inputs.input_file import changed
from tenfold.sources.file_errors import file_errors_as_data_error

STDIN = "-"
NAME = "stdin"  # of the file, and of the input in messages and in the column `file`
READ_BYTES = 4 << 20


def with_stdin(words: Sequence[str], folder: Path, progress: Progress, *, again: bool) -> list[str]:
    """The words with a path instead of `-`, where standard input was copied to.

    again: the job has begun. Where its copy is still there standard input has to have the same
    content, or none. Raises DataError for other content, and for none; OutputError; UsageError.
    """
    if STDIN not in words:
        return list(words)
    if words.count(STDIN) > 1:
        raise UsageError("- is given twice", hint="standard input can be read once")
    path = folder / NAME
    if again and path.is_file():
        _refuse_other(path)
    else:
        progress.say(f"note: standard input is copied to {path} until the job is done")
        _copy(path)
    return [str(path) if word == STDIN else word for word in words]


def named(inputs: Sequence[InputFile], folder: Path) -> list[InputFile]:
    """The inputs with the name that the copy of standard input has in messages."""
    path = str(folder / NAME)
    return [replace(file, called=NAME) if file.name == path else file for file in inputs]


def remove(folder: Path) -> None:
    """Remove the copy, once all is done. Raises OutputError."""
    with os_errors_as_output_error(folder / NAME):
        (folder / NAME).unlink(missing_ok=True)


def _copy(path: Path) -> None:
    with staged_file(path) as file:
        size_bytes = 0
        for block in _blocks():
            size_bytes += len(block)
            with os_errors_as_output_error(path):
                file.write(block)
        if not size_bytes:
            raise DataError("stdin: is empty", hint="pipe a table in, or give a file")


def _refuse_other(path: Path) -> None:
    digest, size_bytes = hashlib.sha256(), 0
    for block in _blocks():
        digest.update(block)
        size_bytes += len(block)
    if size_bytes and digest.hexdigest() != sha256_of(path):
        raise changed(NAME)


def _blocks() -> Iterator[bytes]:
    """Standard input block by block. Raises DataError, UsageError for a terminal."""
    stream = console.input_stream()
    if stream.isatty():
        raise UsageError("stdin: is a terminal", hint="pipe a table in, or give a file")
    with file_errors_as_data_error(NAME):
        while block := stream.read(READ_BYTES):
            yield block
