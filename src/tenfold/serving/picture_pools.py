"""Two pools of processes for pictures: costly ones never take the places of small ones."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tenfold.environment import threads_available
from tenfold.errors import DataError
from tenfold.framing.declared import declared_pixels
from tenfold.framing.kinds import KINDS_SERVED
from tenfold.framing.pages import count_pages
from tenfold.isolation import Bounds, Cancellation, PoolBusy, Stopped
from tenfold.reading.detections import Detections
from tenfold.reading.opening.isolated import CostlyPicture, IsolatedFind
from tenfold.reading.opening.opening import FindOptions
from tenfold.serving.documents import find_first
from tenfold.serving.gate.admission import (
    DRAWING,
    DRAWING_BYTES_MAX,
    PICTURE,
    PICTURE_PLACES,
    Admission,
)
from tenfold.serving.gate.refusals import busy

ANY: FindOptions = {}
PIXELS_MAX = 1 << 19  # of a drawing: the canvas of a page, also of 2.5 pixels a point
# A drawing takes some 5 ms, and the most costly file that passes for one is stopped here.
DRAWING_BOUNDS = Bounds(processor_seconds=0.2, clock=10.0, memory_mb=256, answer_mb=8, kept_mb=16)


class PicturePools:
    """Searches pictures for one event loop.

    What a picture costs is known only afterwards, so small files with few pixels have a pool of
    their own with a strict bound. A picture that exceeds it starts again in the other pool, behind
    the photographs.
    """

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        count = threads_available()
        bounds = admission.limits.picture_bounds
        self._find = IsolatedFind(count, bounds, kinds=KINDS_SERVED)
        self._find_small = self._find.beside(count, DRAWING_BOUNDS)
        # each thread waits for a process; half of the places are for slow pictures
        self._threads = ThreadPoolExecutor(PICTURE_PLACES * count, "picture")
        self._small_threads = ThreadPoolExecutor(count, "drawing")

    def start(self) -> None:
        """Start the processes, without waiting for them."""
        self._find.start()

    def close(self) -> None:
        """Close at once; pictures in progress are abandoned."""
        self._find_small.close()
        self._find.close()
        for threads in (self._small_threads, self._threads):
            threads.shutdown(cancel_futures=True)

    async def find(
        self,
        content: bytes,
        name: str,
        page: int | None = None,
        options: FindOptions = ANY,
    ) -> Detections:
        """The candidate tiles of an encoded picture, of that `page` of a document, or of its first.
        Raises DataError, Refused."""
        most = self._admission.limits.pages_max
        if is_small(content):
            search = partial(find_first, self._find_small, content, name, page, most, options)
            with contextlib.suppress(CostlyPicture):
                return await self._search(DRAWING, len(content), self._small_threads, search)
        search = partial(find_first, self._find, content, name, page, most, options)
        return await self._search(PICTURE, len(content), self._threads, search)

    async def find_page(
        self,
        content: bytes,
        name: str,
        page: int,
        count: int,
        options: FindOptions = ANY,
    ) -> Detections:
        """The candidate tiles of a page of a document of `count`. Raises DataError, Refused."""
        search = partial(self._find, content, **options | {"file": name, "page": page})
        return await self._search(PICTURE, len(content) // count, self._threads, search)

    async def _search(
        self, kind: str, size: int, threads: ThreadPoolExecutor, search: Callable[..., Detections]
    ) -> Detections:
        """Search in a thread, when its turn comes. Raises DataError, Refused."""
        try:
            async with self._admission.work(kind, size):
                return await _called(threads, search)
        except Stopped:
            raise busy("the server is stopping") from None
        except PoolBusy:
            raise busy("too many pictures at once that take long to open") from None


async def _called(threads: ThreadPoolExecutor, search: Callable[..., Detections]) -> Detections:
    """Call `search` in a thread. If nobody waits for it any more, its process is killed: it would
    keep its memory and its place for as long as its bounds allow."""
    cancellation = Cancellation()
    call = partial(search, cancellation=cancellation)
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, call)
    except asyncio.CancelledError:
        threading.Thread(target=cancellation.cancel).start()  # it may take some milliseconds
        raise


def is_small(content: bytes) -> bool:
    """Whether a file passes for a drawing, by its bytes and by the pixels that it declares; never
    one of several pages, each of which may declare others."""
    if len(content) > DRAWING_BYTES_MAX or _has_pages(content):
        return False
    pixels = declared_pixels(content)
    return pixels is not None and pixels <= PIXELS_MAX


def _has_pages(content: bytes) -> bool:
    """Whether a TIFF has several pages; not if it is broken, which its decoder says."""
    try:
        return count_pages(content, "") > 1
    except DataError:
        return False
