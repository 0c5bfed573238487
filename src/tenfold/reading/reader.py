"""The reader: from a picture or a document to Readings.

Search and classification are separate (`find`, then `answer`), for servers that gather the tiles of
many pictures into one batch.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol, Unpack

from tenfold.classifier import Classifier, Outputs
from tenfold.digits import SIDE, Images
from tenfold.errors import DataError
from tenfold.isolation import Bounds
from tenfold.reading.answers.answer import answer_of, digit_of
from tenfold.reading.answers.number import Digit, Reading
from tenfold.reading.answers.product_of_experts import REJECT
from tenfold.reading.detections import Detections, failed_detections
from tenfold.reading.expected.expect import Expect, expectation
from tenfold.reading.opening.isolated import IsolatedFind
from tenfold.reading.opening.opening import (
    FindOptions,
    Framed,
    PictureSource,
    Turn,
    find,
    name_of,
    read_file,
)
from tenfold.reading.opening.pages import Page, begins_with, count_pages, is_pdf, may_have_pages


class Find(Protocol):
    """A function such as `opening.find`, which may work in another process."""

    def __call__(self, picture: PictureSource, **options: Unpack[FindOptions]) -> Detections: ...


class Reader:
    """A classifier for whole pictures; without state, and safe to call from several threads."""

    def __init__(
        self, classifier: Classifier, *, reject: float | None = None, find: Find = find
    ) -> None:
        """Make a reader.

        `reject` is the probability below which there is no answer; None is the model's threshold.
        `find` opens and searches pictures; by default in this process.
        """
        self.classifier = classifier
        self._find = find
        self._for_pdf = find if isinstance(find, IsolatedFind) else None
        self._lock = threading.Lock()
        self.reject = classifier.model.reject_threshold if reject is None else reject
        self._string_reject = REJECT if reject is None else reject

    def __repr__(self) -> str:
        return f"Reader({self.classifier.model.path!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without its processes: another one starts its own."""
        return partial(Reader, self.classifier, reject=self.reject, find=self._find), ()

    def __call__(
        self,
        picture: PictureSource,
        *,
        expect: Expect = None,
        framed: Framed = "auto",
        page: int | None = None,
        marks: bool = False,
        turn: Turn = "auto",
    ) -> Reading:
        """Read a picture: a path, the bytes of a file, a Pillow image, or an array, uint8 or float
        in 0..1; [28, 28] is a tile, [h, w], [h, w, 3] and [h, w, 4] are pictures. `marks` puts
        the marks that stand in a number into its text; `turn` is in degrees clockwise.

        Of a PDF or a TIFF of several pages, `page` says which one, counted from 1; `pages` reads
        all. Raises DataError, or MissingExtraError where an extra is needed and absent.
        """
        found = self.find(picture, framed=framed, page=page, turn=turn)
        outputs = self.classifier.outputs(found.tiles)
        return self.answer(found, outputs, expect=expect, marks=marks)

    def pages(
        self,
        document: PictureSource,
        *,
        expect: Expect = None,
        framed: Framed = "auto",
        marks: bool = False,
        turn: Turn = "auto",
        file: str = "",
    ) -> Iterator[Reading]:
        """Read all pages of a PDF or a TIFF, one reading a page; a picture is one page. `file` is
        its name in readings and messages, where it is given as bytes.

        A page that cannot be read gives a reading with an `error`; the others are still read.
        Raises DataError where the file cannot be opened, UsageError, MissingExtraError.
        """
        expected = expectation(expect)
        for source in self.pages_of(document, file):
            try:
                found = self.find_page(source, framed=framed, turn=turn, file=file)
            except DataError as problem:
                if not isinstance(source, Page):
                    raise
                found = failed_detections(problem, source.file, source.number, source.count)
            outputs = self.classifier.outputs(found.tiles)
            yield self.answer(found, outputs, expect=expected, marks=marks)

    def pages_of(self, document: PictureSource, file: str = "") -> list[Page | PictureSource]:
        """The pages of a document, called `file`, for `find_page`; a picture is given back as it
        is. Raises DataError, MissingExtraError."""
        if isinstance(document, str | os.PathLike):
            if not may_have_pages(begins_with(document)):
                return [document]
            content = read_file(document, os.fspath(document))
        elif isinstance(document, bytes | bytearray | memoryview):
            content = bytes(document)
            if not may_have_pages(content):
                return [document]
        else:
            return [document]
        name = file or name_of(document)
        finder = self._finder_of(content)
        counted = finder.count_pages if isinstance(finder, IsolatedFind) else count_pages
        count = counted(content, name)
        return [Page(content, name, number, count) for number in range(1, count + 1)]

    def find_page(self, source: Page | PictureSource, **options: Unpack[FindOptions]) -> Detections:
        """The candidate tiles of what `pages_of` gave; a page brings its `file` and `page`."""
        if not isinstance(source, Page):
            return self.find(source, **options)
        options["file"], options["page"] = source.file, source.number
        return self.find(source.content, **options)

    def find(self, picture: PictureSource, **options: Unpack[FindOptions]) -> Detections:
        """The candidate tiles of a picture and their clusters, without the model.

        The options are those of `opening.find`, and errors too.
        """
        begin: Any = picture
        if isinstance(picture, str | os.PathLike):
            begin = begins_with(picture)
        find = self._finder_of(begin) if isinstance(begin, bytes) else self._find
        return find(picture, **options)

    def _finder_of(self, content: bytes) -> Find:
        """What opens a file. A PDF is always opened in a process of its own: PDFium is not
        thread-safe."""
        if not is_pdf(content):
            return self._find
        with self._lock:
            self._for_pdf = self._for_pdf or IsolatedFind()
        return self._for_pdf

    def close(self) -> None:
        """End the processes that search pictures for this reader, also during a picture."""
        if self._for_pdf is not None:
            self._for_pdf.close()

    def answer(
        self, found: Detections, outputs: Outputs, *, expect: Expect = None, marks: bool = False
    ) -> Reading:
        """The reading of a picture from the classifier's outputs for `found.tiles`."""
        return answer_of(
            found,
            outputs,
            self.reject,
            expectation(expect),
            marks=marks,
            string_reject=self._string_reject,
        )

    def tiles(self, images: Images) -> list[Digit]:
        """Classify tiles uint8 [n, 28, 28] that are framed already."""
        return self.answer_tiles(images, self.classifier.outputs(images))

    def answer_tiles(self, images: Images, outputs: Outputs) -> list[Digit]:
        """Digits of framed tiles uint8 [n, 28, 28], from the classifier's outputs for them."""
        whole = (0, 0, SIDE, SIDE)
        return [
            digit_of(tile, probabilities, float(is_digit), whole, self.reject)
            for tile, probabilities, is_digit in zip(images, *outputs, strict=True)
        ]


def load(
    model: str | os.PathLike[str] = "pictures",
    *,
    reject: float | None = None,
    isolated: bool | Bounds | IsolatedFind = False,
    **options: Any,
) -> Reader:
    """A reader with a model: a model folder, a run, or the name of a shipped model. `options` go to
    `Classifier.load`. Raises ModelError.

    `isolated`: files and bytes are opened and searched in processes that are killed when a picture
    costs more than the bounds, or by a finder of such processes. Use it for untrusted pictures. The
    processes end with the reader.
    """
    if isolated is False:
        return Reader(Classifier.load(model, **options), reject=reject)
    bounds = isolated if isinstance(isolated, Bounds) else None
    isolated_find = isolated if isinstance(isolated, IsolatedFind) else IsolatedFind(bounds=bounds)
    isolated_find.start()  # while this process loads the model
    return Reader(Classifier.load(model, **options), reject=reject, find=isolated_find)
