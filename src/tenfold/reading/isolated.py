"""Opening and searching pictures in processes that are killed where one costs too much."""

from __future__ import annotations

import os

from tenfold.environment import threads_available
from tenfold.errors import DataError
from tenfold.framing.kinds import KINDS
from tenfold.framing.picture import DECODERS_MAX
from tenfold.isolation import Bounds, OverBounds, Processes
from tenfold.reading.found import Found
from tenfold.reading.found_message import found_of
from tenfold.reading.opening import Framed, PictureSource, find, name_of, read_file

WORK = "tenfold.reading.isolated_child:work"
HINT = "make it smaller, and save it again as PNG or JPEG"


class IsolatedFind:
    """`find`, elsewhere: safe to call from several threads. A Pillow image or an array is the
    caller's own, and is searched here."""

    def __init__(
        self,
        count: int | None = None,
        bounds: Bounds | None = None,
        *,
        kinds: tuple[str, ...] = KINDS,
    ) -> None:
        """At most `count` processes, started as they are needed; a picture file is to be one of
        `kinds`."""
        count = count or min(DECODERS_MAX, threads_available())
        self._processes = Processes(WORK, count, bounds)
        self._kinds = kinds

    def start(self) -> None:
        """The first process ahead of the first picture, without waiting for it."""
        self._processes.start()

    def __call__(
        self,
        picture: PictureSource,
        *,
        framed: Framed = "auto",
        file: str = "",
        stages: bool = False,
    ) -> Found:
        """Raises DataError, also for a picture that costs too much; MissingExtraError; Stopped
        once it is closed; and Crowded, where more calls than processes are costly at once."""
        name = file or name_of(picture)
        if isinstance(picture, str | os.PathLike):
            picture = read_file(picture, name)
        if not isinstance(picture, bytes | bytearray | memoryview):
            return find(picture, framed=framed, file=file, stages=stages)
        asked = {"file": name, "framed": framed, "stages": stages, "kinds": self._kinds}
        try:
            return found_of(*self._processes.ask(asked, bytes(picture)))
        except OverBounds as problem:
            raise DataError(f"{name}: {problem}", hint=HINT) from problem

    def close(self) -> None:
        """End the processes, in the middle of a picture too."""
        self._processes.close()
