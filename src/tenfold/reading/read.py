"""`tenfold read`: read pictures and documents, print the answers, write the wanted files."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tenfold import console
from tenfold.classifier import Engine
from tenfold.files import refuse_existing, staged_folder
from tenfold.isolation import Bounds
from tenfold.progress import Bar, Progress
from tenfold.reading.answers.number import Reading
from tenfold.reading.opening.isolated import IsolatedFind
from tenfold.reading.opening.opening import Framed, Turn
from tenfold.reading.opening.pages import begins_with, may_have_pages
from tenfold.reading.pictures import files_of, read
from tenfold.reading.reader import load
from tenfold.reading.tables.files import TableFiles
from tenfold.reading.terminal import lines_of

BAR_MIN = 20  # pictures; fewer are read before a bar would be seen


class _ExplanationNames:
    """The names of files that --explain writes, and that --force may replace."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and re.fullmatch(r"[0-9]{4,}_.*\.png", name) is not None


EXPLANATION_NAMES = _ExplanationNames()


def read_all(
    pictures: Sequence[str],
    *,
    model: str,
    reject: float | None,
    expect: Sequence[str],
    framed: Framed,
    marks: bool,
    turn: Turn,
    explain: str | None,
    csv: str | None,
    xlsx: str | None,
    doubtful: str | None,
    tiles: bool,
    force: bool,
    engine: Engine,
    picture_seconds: float,
    as_json: bool,
    quiet: bool,
    answer: Callable[..., bool],
) -> int:
    """Read pictures and documents and pass on each answer when it is ready; the number of pictures
    and pages with an error.

    `answer` takes lines, and says whether the output is still open: if not, reading stops, unless
    files are written. Raises UsageError, ModelError, OutputError, MissingExtraError.
    """
    tables = TableFiles(csv=csv, xlsx=xlsx, doubtful=doubtful)
    _refuse_outputs(tables, explain, force)  # before the work, not after it
    files = [file for typed in pictures for file in files_of(typed)]
    progress = Progress(quiet=quiet)
    failed = 0
    finder = IsolatedFind(bounds=Bounds(picture_seconds), prepared=_are_many(files))
    reader = load(model, reject=reject, isolated=finder, engine=engine, tiles=len(files))
    readings = read(
        files,
        model=reader,
        expect=expect,
        framed=framed,
        marks=marks,
        turn=turn,
        stages=explain is not None,
        keep_pictures=doubtful is not None,
    )
    colour = console.is_terminal(sys.stdout)
    with (
        contextlib.closing(reader),
        _explanations(explain, force) as folder,
        tables.opened() as add,
        _bar(progress, len(files)) as bar,
    ):
        for number, reading in enumerate(readings, 1):
            bar.hide()
            if as_json:
                is_open = answer(console.to_json(reading.to_json()))
            else:
                is_open = answer(*lines_of(reading, tiles=tiles, colour=colour))
            add(reading)
            if folder is not None:
                _explain(folder, number, reading)
            failed += reading.error is not None
            if reading.page == 1:
                bar.grow(reading.pages - 1)
            bar(1, "")
            if not is_open and folder is None and not tables.wanted:
                break
    for line in tables.summary():
        progress.say(line)
    return failed


def _are_many(files: Sequence[Any]) -> bool:
    """Whether there is more than one picture to read, as far as is known."""
    if len(files) != 1:
        return True
    (file,) = files
    if isinstance(file, str):
        return may_have_pages(begins_with(file))
    return isinstance(file, bytes) and may_have_pages(file)


def _refuse_outputs(tables: TableFiles, explain: str | None, force: bool) -> None:
    """Raise UsageError, OutputError or MissingExtraError for outputs that could not be written."""
    tables.refuse(force=force)
    if explain is not None:
        refuse_existing(explain, force=force, ours=EXPLANATION_NAMES)


@contextlib.contextmanager
def _bar(progress: Progress, length: int) -> Iterator[Bar]:
    """A bar on the terminal. None where the answers go into a pipe: what reads them there may print
    them on the same terminal, on the line of the bar."""
    silent = Progress(quiet=progress.quiet or _is_pipe())
    with silent.bar(length, "reading", least=BAR_MIN, count=True) as bar:
        yield bar


def _is_pipe() -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):  # no stream, or none of the operating system
        return False


@contextlib.contextmanager
def _explanations(explain: str | None, force: bool) -> Iterator[Path | None]:
    if explain is None:
        yield None
        return
    with staged_folder(Path(explain), force=force, ours=EXPLANATION_NAMES) as folder:
        yield folder


def _explain(folder: Path, number: int, reading: Reading) -> None:
    from tenfold.reading.explanation import write_explanation  # brings fonts and drawing with it

    stem = console.printable_line(Path(reading.file).stem[:60]) or "picture"
    page = f"_page-{reading.page}" if reading.pages > 1 else ""
    write_explanation(folder / f"{number:04d}_{stem}{page}.png", reading)
