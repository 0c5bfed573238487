"""`tenfold read`: read pictures; write lines of text or JSON and, if wanted, explanations."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tenfold import console
from tenfold.classifier import Engine
from tenfold.files import refuse_existing, staged_folder
from tenfold.isolation import Bounds
from tenfold.progress import Progress
from tenfold.reading.number import Reading
from tenfold.reading.opening import Framed
from tenfold.reading.pictures import files_of, read
from tenfold.reading.reader import load
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
    explain: str | None,
    tiles: bool,
    force: bool,
    engine: Engine,
    picture_seconds: float,
    as_json: bool,
    quiet: bool,
    answer: Callable[..., bool],
) -> int:
    """Read pictures and pass on each answer when it is ready; the number of pictures with an error.

    `answer` takes lines, and says whether the output is still open: if not, reading stops, unless
    explanations are written. Raises UsageError, ModelError, OutputError, MissingExtraError.
    """
    if explain is not None:
        refuse_existing(
            explain, force=force, ours=EXPLANATION_NAMES
        )  # before the work, not after it
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
    colour = console.is_terminal(sys.stdout)
    with (
        contextlib.closing(reader),
        _explanations(explain, force) as folder,
        progress.bar(len(files), "reading") as advance,
    ):
        for number, reading in enumerate(readings, 1):
            if as_json:
                is_open = answer(console.to_json(reading.to_json()))
            else:
                is_open = answer(*lines_of(reading, tiles=tiles, colour=colour))
            if folder is not None:
                _explain(folder, number, reading)
            failed += reading.error is not None
            advance(1, "")
            if not is_open and folder is None:
                break
    return failed


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
    write_explanation(folder / f"{number:04d}_{stem}.png", reading)
