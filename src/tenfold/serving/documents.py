"""Documents of several pages: what is read of them for one request, and in what time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tenfold.errors import DataError, MissingExtraError, TenfoldError
from tenfold.framing.formats import PDF
from tenfold.isolation import Cancellation
from tenfold.reading.detections import Detections, failed_detections
from tenfold.reading.opening.isolated import IsolatedFind
from tenfold.reading.opening.opening import FindOptions
from tenfold.serving.gate.refusals import Refused, too_large

PAGES_AT_ONCE = 2  # of one document; other requests take their turns between them
PAGES_SHARE = 0.8  # of the time for an answer; what is left is for the last answers
BUSY = 503


def find_first(
    find: IsolatedFind,
    content: bytes,
    name: str,
    page: int | None,
    pages_max: int,
    options: FindOptions,
    *,
    cancellation: Cancellation | None = None,
) -> Detections:
    """The search of that `page`; without one, of the only page, or of the first of several.

    An error of the first of several is in its Detections. Raises DataError, Refused.
    """
    try:
        count = find.count_pages(content, name, cancellation)
    except MissingExtraError as problem:
        raise Refused(
            422,
            f"{name}: {PDF.name}, and this server reads none",
            hint=f"{PDF.remedy}; whoever runs the server can install the extra [documents]",
        ) from problem
    if page is not None or count == 1:
        return find(content, cancellation=cancellation, **options | {"file": name, "page": page})
    if count > pages_max:
        raise too_large(
            f"{name}: holds {count:,} pages, and at most {pages_max} are read for one request",
            "ask for each page by itself: ?page=1",
        )
    try:
        return find(content, cancellation=cancellation, **options | {"file": name, "page": 1})
    except DataError as problem:
        return failed_detections(problem, name, 1, count)


async def find_others(
    find: Callable[[int], Awaitable[Detections]], name: str, count: int, end_seconds: float
) -> list[Detections]:
    """The searches of the pages from the second on, by `find` of their numbers.

    What fails, or is not done at `end_seconds` of the event loop's clock, gives Detections with an
    error. Raises Refused where no page of the document could be read better by itself.
    """
    places = asyncio.Semaphore(PAGES_AT_ONCE)

    async def find_in_time(number: int) -> Detections:
        try:
            async with asyncio.timeout_at(end_seconds), places:
                return await find(number)
        except TimeoutError:
            problem: TenfoldError = DataError(
                "not read in time", hint=f"ask for it by itself: ?page={number}"
            )
        except Refused as refused:
            if refused.status != BUSY:
                raise
            problem = DataError(
                refused.message, hint=f"ask for it by itself, a little later: ?page={number}"
            )
        except DataError as error:
            problem = error
        return failed_detections(problem, name, number, count)

    return await asyncio.gather(*(find_in_time(number) for number in range(2, count + 1)))
