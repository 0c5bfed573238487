"""tenfold read: many pictures to lines of text or JSON, with progress, and sheets if asked."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tenfold.classifier import Engine
from tenfold.files import refuse_existing
from tenfold.isolation import Bounds
from tenfold.progress import Progress
from tenfold.reading.number import Reading
from tenfold.reading.opening import Framed
from tenfold.reading.pictures import files_of, read
from tenfold.reading.reader import load
from tenfold.reading.terminal import lines_of

BAR_MIN = 20  # pictures; fewer are read before a bar could be looked at


def read_all(
    pictures: Sequence[str],
    *,
    model: str,
    reject: float | None,
    expect: Sequence[str],
    framed: Framed,
    explain: str | None,
    tiles: bool,
    force: bool,
    engine: Engine,
    picture_seconds: float,
    as_json: bool,
    quiet: bool,
    echo: Callable[[str], None],
) -> int:
    """Read pictures and `echo` each answer as it comes; the number that could not be read.

    Raises UsageError, ModelError, OutputError, MissingExtraError.
    """
    if explain is not None:
        refuse_existing(explain, force=force)
    files = [file for typed in pictures for file in files_of(typed)]
    progress = Progress(quiet=quiet or len(files) < BAR_MIN)
    failed = 0
    reader = load(
        model, reject=reject, isolated=Bounds(picture_seconds), engine=engine, tiles=len(files)
    )
    readings = read(
        files,
        model=reader,
        expect=expect,
        framed=framed,
        stages=explain is not None,
    )
    colour = sys.stdout.isatty()
    with contextlib.closing(reader), progress.bar(len(files), "reading") as advance:
        for number, reading in enumerate(readings, 1):
            if as_json:
                echo(json.dumps(reading.to_json(), ensure_ascii=False))
            else:
                echo("\n".join(lines_of(reading, tiles=tiles, colour=colour)))
            if explain is not None:
                _explain(explain, number, reading)
            failed += reading.error is not None
            advance(1, "")
    return failed


def _explain(folder: str, number: int, reading: Reading) -> None:
    from tenfold.reading.sheet import write_sheet  # brings fonts and drawing with it

    os.makedirs(folder, exist_ok=True)
    stem = Path(reading.file).stem[:60] or "picture"
    write_sheet(Path(folder, f"{number:04d}_{stem}.png"), reading)
