"""Many pictures and documents: list the files of paths, folders and patterns; read them page by
page, in order, with bounded memory."""

from __future__ import annotations

import contextlib
import glob
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from tenfold import console
from tenfold.environment import threads_available
from tenfold.errors import DataError, MissingExtraError, TenfoldError
from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.picture import DECODERS_MAX, ENDINGS, FILE_BYTES_MAX, HEIF_ENDINGS
from tenfold.isolation import PoolBusy
from tenfold.reading.answers.number import Reading
from tenfold.reading.detections import Detections, failed_detections
from tenfold.reading.expected.expect import Expect, expectation
from tenfold.reading.opening.opening import Framed, PictureSource, Turn, name_of
from tenfold.reading.opening.pages import Page
from tenfold.reading.reader import Reader, load
from tenfold.reading.readings import Readings

STDIN = "-"
AHEAD = 4  # pictures in progress per thread: bounds the memory


def read(
    pictures: PictureSource | Iterable[PictureSource],
    *,
    model: str | os.PathLike[str] | Reader = "pictures",
    reject: float | None = None,
    expect: Expect = None,
    framed: Framed = "auto",
    stages: bool = False,
    keep_pictures: bool = False,
    marks: bool = False,
    turn: Turn = "auto",
) -> Readings:
    """Read pictures and documents: an iterator of one reading for each picture and each page, in
    order. In a notebook, as the last line of a cell, it shows the first of them.

    What cannot be read gives a reading with an `error`; the others are still read.

    `pictures` are what a Reader takes; a folder stands for the pictures in it, a pattern for the
    files that match. `marks` puts the marks that stand in numbers into their texts; `turn` is the
    angle in degrees clockwise that makes pictures upright. `stages` and `keep_pictures` keep the
    steps of the search, and the opened pictures, in the readings. Raises ModelError,
    UsageError, MissingExtraError.
    """
    reader = model if isinstance(model, Reader) else load(model, reject=reject)
    expected = expectation(expect)

    def search(source: Page | PictureSource | Detections) -> Detections:
        if isinstance(source, Detections):
            return source
        try:
            return reader.find_page(
                source, framed=framed, stages=stages, keep_picture=keep_pictures, turn=turn
            )
        except DataError as problem:
            return _failed(problem, source)

    threads = min(DECODERS_MAX, threads_available())
    pages = _pages(reader, _expanded(pictures))
    batches = _batches(pages, search, threads, reader.close)
    return Readings(
        reading for batch in batches for reading in _answers(reader, batch, expected, marks)
    )


def _pages(
    reader: Reader, pictures: Iterable[PictureSource | DataError]
) -> Iterator[Page | PictureSource | Detections]:
    """The pages of documents, and pictures as they are; an error becomes Detections with it."""
    for picture in pictures:
        if isinstance(picture, DataError):
            yield _failed(picture)
            continue
        try:
            yield from _pages_of(reader, picture)
        except (DataError, MissingExtraError) as problem:
            yield _failed(problem, picture)


def _pages_of(reader: Reader, picture: PictureSource) -> list[Page | PictureSource]:
    while True:
        with contextlib.suppress(PoolBusy):  # by costly pictures, each of which comes to an end
            return reader.pages_of(picture)


def _failed(problem: TenfoldError, source: Page | PictureSource | None = None) -> Detections:
    """Detections with an error."""
    if isinstance(source, Page):
        return failed_detections(problem, source.file, source.number, source.count)
    if source is not None:
        return failed_detections(problem, name_of(source))
    return failed_detections(problem, problem.message.partition(": ")[0])


def _batches(
    pictures: Iterator[Any],
    search: Callable[[Any], Detections],
    threads: int,
    give_up: Callable[[], object] = lambda: None,
) -> Iterator[list[Detections]]:
    """The results of `search`, in order, in batches of those that are ready. `give_up` is called on
    Ctrl-C, so that the program does not wait for a slow picture."""
    waiting: deque[Future[Detections]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for picture in pictures:
                waiting.append(pool.submit(search, picture))
                if len(waiting) >= threads * AHEAD:
                    yield _ready(waiting)
            while waiting:
                yield _ready(waiting)
        except KeyboardInterrupt:
            give_up()
            raise
        finally:
            for future in waiting:
                future.cancel()


def _ready(waiting: deque[Future[Detections]]) -> list[Detections]:
    ready = [waiting.popleft().result()]
    while waiting and waiting[0].done():
        ready.append(waiting.popleft().result())
    return ready


def _answers(
    reader: Reader, batch: Sequence[Detections], expected: Any, marks: bool
) -> Iterator[Reading]:
    """The readings of several pictures, whose tiles are classified in one call."""
    outputs = reader.classifier.outputs(np.concatenate([found.tiles for found in batch]))
    start = 0
    for found in batch:
        tiles = slice(start, start + len(found.tiles))
        start = tiles.stop
        yield reader.answer(found, outputs.of(tiles), expect=expected, marks=marks)


def _expanded(
    pictures: PictureSource | Iterable[PictureSource],
) -> Iterator[PictureSource | DataError]:
    single = isinstance(pictures, str | os.PathLike | bytes) or hasattr(pictures, "__array__")
    single = single or hasattr(pictures, "getexif")
    for picture in [pictures] if single else pictures:  # type: ignore[union-attr]
        if isinstance(picture, str | os.PathLike):
            yield from files_of(os.fspath(picture))
        else:
            yield picture  # type: ignore[misc]


def files_of(typed: str) -> list[Any]:
    """The files that a path, a folder or a pattern stands for; a DataError where there are none.
    For `-`, the bytes of standard input."""
    if typed == STDIN:
        try:
            return [console.read_input(FILE_BYTES_MAX + 1)]
        except DataError as problem:
            return [problem]
    if os.path.isdir(typed):
        return _files_in(typed) or [
            DataError(f"{typed}: holds no pictures", hint=f"known are {' '.join(ENDINGS)}")
        ]
    if not os.path.exists(typed) and glob.has_magic(typed):
        found = sorted(glob.glob(typed, recursive=True), key=natural_order)
        return [file for file in found if os.path.isfile(file)] or [
            DataError(f"{typed}: no file matches", hint="check the pattern")
        ]
    return [typed]


def _files_in(folder: str) -> list[str]:
    """The pictures in a folder and its subfolders, 2.png before 10.png.

    Documents are listed too, so that their error says that they were not read.
    """
    known = ENDINGS + HEIF_ENDINGS + formats.ENDINGS
    files = []
    for here, folders, names in os.walk(folder):
        folders.sort(key=natural_order)
        files += [
            os.path.join(here, name)
            for name in sorted(names, key=natural_order)
            if name.lower().endswith(known)
        ]
    return files
