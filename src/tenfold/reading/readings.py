"""The readings of many pictures: one after another as a loop asks for them, or shown in a cell."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator

from tenfold import notebook_html
from tenfold.reading.answers.number import Reading
from tenfold.reading.reading_html import reading_html

SHOWN_MAX = 6  # readings in a cell; each opens its picture once more


class Readings(Iterator[Reading]):
    """An iterator of readings. A picture is read when its reading is asked for.

    As the last line of a notebook's cell it shows the next SHOWN_MAX readings. It keeps them, so a
    loop afterwards still begins with the first.
    """

    def __init__(self, source: Generator[Reading, None, None]) -> None:
        self._source = source
        self._kept: deque[Reading] = deque()

    def __next__(self) -> Reading:
        return self._kept.popleft() if self._kept else next(self._source)

    def close(self) -> None:
        """Read no more."""
        self._kept.clear()
        self._source.close()

    def _repr_html_(self) -> str:
        while len(self._kept) <= SHOWN_MAX:  # one more says whether there are more
            try:
                self._kept.append(next(self._source))
            except StopIteration:
                break
        shown = list(self._kept)[:SHOWN_MAX]
        if not shown:
            return notebook_html.cell(notebook_html.faint("no more readings"))
        more = len(self._kept) > SHOWN_MAX
        return notebook_html.cell(
            *(_named(reading, alone=len(shown) == 1) for reading in shown),
            notebook_html.faint("and more: `for reading in readings: ...`") if more else "",
        )


def _named(reading: Reading, *, alone: bool) -> str:
    """A reading below the name of its file, unless there is no other; an error has the name."""
    if alone or reading.error or not reading.file:
        return reading_html(reading)
    page = f", page {reading.page}" if reading.pages > 1 else ""
    return notebook_html.faint(f"{reading.file}{page}") + reading_html(reading)
