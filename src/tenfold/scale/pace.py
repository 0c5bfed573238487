"""The pace of a job: rows a second, and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tenfold.progress import Bar, Progress

NOTE_SECONDS = 30.0  # between two notes where no bar is drawn
UNIT_BYTES = 1 << 20  # steps of the bar
SLOW = 10  # a second; from here on down, tenths are told


class Pace:
    """Counts rows and bytes as they are read, and shows them."""

    def __init__(
        self, progress: Progress, bar: Bar, size_bytes: int, done_bytes: int, unit: str = "rows"
    ) -> None:
        self.rows = 0
        self._unit = unit
        self._progress, self._bar = progress, bar
        self._bytes, self._all_bytes = 0, max(1, size_bytes - done_bytes)
        self._drawn = 0
        self._began = self._noted = time.monotonic()

    def advance(self, rows: int, size_bytes: int) -> None:
        """Count; negative numbers take back what is done again."""
        self.rows += rows
        self._bytes += size_bytes
        steps = self._bytes // UNIT_BYTES - self._drawn
        self._drawn += max(0, steps)
        self._bar(max(0, steps), f"{self._per_second}")
        now = time.monotonic()
        if now - self._noted > NOTE_SECONDS:
            self._noted = now
            self._progress.note(self._words())

    @property
    def seconds(self) -> float:
        return max(1e-9, time.monotonic() - self._began)

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds

    @property
    def _per_second(self) -> str:
        digits = 0 if self.rows_per_second > SLOW else 1
        return f"{self.rows_per_second:,.{digits}f} {self._unit}/s"

    def _words(self) -> str:
        share = min(1.0, max(0.0, self._bytes / self._all_bytes))
        left = f", about {_duration(self.seconds / share - self.seconds)} left" if share else ""
        return f"{share:.0%} of the bytes, {self.rows:,} {self._unit}, {self._per_second}{left}"


@contextmanager
def pace_of(
    progress: Progress, size_bytes: int, done_bytes: int, unit: str = "rows"
) -> Iterator[Pace]:
    """Yield the pace of a job over so many bytes, some of which an earlier call has done; `unit` is
    what is counted."""
    steps, done = -(-size_bytes // UNIT_BYTES), done_bytes // UNIT_BYTES
    with progress.bar(steps, "scoring", done=done) as bar:
        yield Pace(progress, bar, size_bytes, done_bytes, unit)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
