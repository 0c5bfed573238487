"""Corrections, kept as pictures in folders 0 to 9, which `tenfold train` reads."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import threading
from pathlib import Path

from PIL import Image

from tenfold.digits import CLASSES
from tenfold.files import os_errors_as_output_error, write_whole
from tenfold.framing.frame import Tile
from tenfold.serving.gate.journal import LOGGER
from tenfold.serving.gate.refusals import Refused, busy

LOCK_SECONDS = 5.0  # keeping takes milliseconds; who holds the lock for longer hangs
LOCK_POLL_SECONDS = 0.005

_log = logging.getLogger(LOGGER)


class Corrections:
    """A folder of up to `count_max` tiles. A tile has one label, the last that it was given.

    Safe to use from several threads and processes, each with its own object of the same folder.
    """

    def __init__(self, folder: str | Path, count_max: int) -> None:
        """Raises OutputError if the folder cannot be made."""
        self.folder = Path(folder)
        self.count_max = count_max
        self._among_threads = threading.Lock()  # so that one of them alone polls for the file lock
        with os_errors_as_output_error(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, tile: Tile, label: int) -> int:
        """Write uint8 [28, 28] under its label; how many are kept now.

        Raises Refused, whose message names the file as it stands in the folder: where the folder
        lies is for the log, not for who asks.
        """
        from filelock import FileLock, Timeout

        name = f"{hashlib.sha256(tile.tobytes()).hexdigest()[:16]}.png"
        lock = FileLock(
            self.folder / ".lock", timeout=LOCK_SECONDS, poll_interval=LOCK_POLL_SECONDS
        )
        try:
            with self._among_threads, lock:
                return self._keep(tile, label, name)
        except Timeout:
            raise busy("another correction is being kept") from None
        except OSError as problem:
            _log.error("correction not kept", extra={"facts": {"error": str(problem)}})
            cause = problem if problem.errno else problem.__cause__
            reason = os.strerror(getattr(cause, "errno", None) or 0)
            raise Refused(
                507,
                f"{label}/{name}: cannot be kept: {reason}",
                hint="whoever runs this server finds more in its log",
            ) from None

    def _keep(self, tile: Tile, label: int, name: str) -> int:
        before = [self.folder / str(digit) / name for digit in range(CLASSES)]
        known = any(path.exists() for path in before)
        count = self.count()
        if not known and count >= self.count_max:
            raise Refused(
                507,
                f"{count:,} corrections are kept already, the most that this server keeps",
                hint="whoever runs it can move some away, or raise --corrections-max",
            )
        write_whole(before[label], _png(tile))
        for digit, path in enumerate(before):
            if digit != label:
                path.unlink(missing_ok=True)
        return count + (not known)

    def count(self) -> int:
        return sum(1 for digit in range(CLASSES) for _ in (self.folder / str(digit)).glob("*.png"))


def _png(tile: Tile) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(tile).save(buffer, "PNG")
    return buffer.getvalue()
