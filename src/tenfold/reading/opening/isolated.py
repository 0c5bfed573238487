"""Opening and searching pictures in processes that are killed when a picture costs too much."""

from __future__ import annotations

import os
from functools import partial
from typing import Any, Unpack

from tenfold.environment import threads_available
from tenfold.errors import DataError
from tenfold.framing.kinds import KINDS
from tenfold.framing.picture import DECODERS_MAX
from tenfold.isolation import Bounds, Cancellation, OverBounds, ProcessPool
from tenfold.isolation.messages import Message
from tenfold.reading.detections import Detections
from tenfold.reading.opening.detections_message import detections_of
from tenfold.reading.opening.opening import FindOptions, PictureSource, find, name_of, read_file
from tenfold.reading.opening.pages import count_pages, is_pdf, place_of

WORK = "tenfold.reading.opening.isolated_child:work"
PREPARED_WORK = "tenfold.reading.opening.prepared_child:work"
PDF_HINT = "make small pictures of its pages: pdftoppm -r 100 -png FILE.pdf page"
HINT = "make it smaller, and save it again as PNG or JPEG"


class CostlyPicture(DataError):
    """A picture whose search was stopped for its cost."""


class IsolatedFind:
    """`find` in other processes; safe to call from several threads.

    A Pillow image or an array comes from the caller, so it is searched in this process.
    """

    def __init__(
        self,
        count: int | None = None,
        bounds: Bounds | None = None,
        *,
        kinds: tuple[str, ...] = KINDS,
        prepared: bool = True,
    ) -> None:
        """Use at most `count` processes, started when they are needed. Only picture files of
        `kinds` are opened. Where one picture comes, which may be a single digit, they start faster
        if they are not `prepared` to read strings."""
        count = count or min(DECODERS_MAX, threads_available())
        self._work = PREPARED_WORK if prepared else WORK
        self._processes = ProcessPool(self._work, count, bounds)
        self._settings = (count, bounds)
        self._kinds = kinds

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without its processes: another one starts its own."""
        prepared = self._work == PREPARED_WORK
        return partial(IsolatedFind, *self._settings, kinds=self._kinds, prepared=prepared), ()

    def beside(self, count: int, bounds: Bounds) -> IsolatedFind:
        """Another `count` processes with bounds of their own, to be closed before these. A picture
        keeps its place there until it is done or over the bounds."""
        other = IsolatedFind(count, bounds, kinds=self._kinds)
        other._processes = ProcessPool(
            self._work, count, bounds, beside=self._processes, makes_room=False
        )
        return other

    def start(self) -> None:
        """Start the first process before the first picture, without waiting for it."""
        self._processes.start()

    def __call__(
        self,
        picture: PictureSource,
        *,
        cancellation: Cancellation | None = None,
        **options: Unpack[FindOptions],
    ) -> Detections:
        """The candidate tiles of a picture, as `find` finds them, unless another thread cancels.

        Raises DataError, CostlyPicture where it costs too much; MissingExtraError; Stopped after
        `close`; PoolBusy where too many costly pictures are being searched.
        """
        name = options.get("file") or name_of(picture)
        if isinstance(picture, str | os.PathLike):
            picture = read_file(picture, name)
        if not isinstance(picture, bytes | bytearray | memoryview):
            return find(picture, **options)
        request = {**options, "file": name, "kinds": self._kinds}
        place = place_of(name, options.get("page"))
        return detections_of(*self._call(request, bytes(picture), place, cancellation))

    def count_pages(
        self, content: bytes, name: str, cancellation: Cancellation | None = None
    ) -> int:
        """The number of pages of a file. Raises as a search does."""
        if not is_pdf(content):
            return count_pages(content, name)
        answer, _ = self._call({"count": True, "file": name}, content, name, cancellation)
        return int(answer["pages"])

    def open(self, content: bytes, name: str, page: int | None = None) -> Detections:
        """The picture of a file or a page, without a search. Raises as a search does."""
        request = {"open": True, "file": name, "page": page}
        return detections_of(*self._call(request, content, name, None))

    def _call(
        self,
        request: dict[str, Any],
        content: bytes,
        place: str,
        cancellation: Cancellation | None,
    ) -> Message:
        try:
            return self._processes.call(request, content, cancellation)
        except OverBounds as problem:
            hint = PDF_HINT if is_pdf(content) else HINT
            raise CostlyPicture(f"{place}: {problem}", hint=hint) from problem

    def close(self) -> None:
        """End the processes, also during a picture."""
        self._processes.close()
