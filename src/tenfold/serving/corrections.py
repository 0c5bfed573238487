"""Store of corrections: pictures in folders 0 to 9, which `tenfold train` reads."""

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

LOCK_SECONDS = 5.0  # writing takes milliseconds; a process that holds the lock longer hangs
LOCK_POLL_SECONDS = 0.005

_log = logging.getLogger(LOGGER)


class Corrections:
    """A folder of up to `count_max` tiles. A tile has one label: the latest.

    Several threads and processes may use one folder, each through an object of its own.
    """

    def __init__(self, folder: str | Path, count_max: int) -> None:
        """Raises OutputError if the folder cannot be created."""
        self.folder = Path(folder)
        self.count_max = count_max
        self._among_threads = threading.Lock()  # so that only one thread polls for the file lock
        with os_errors_as_output_error(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, tile: Tile, label: int) -> int:
        """Write a tile, uint8 [28, 28], under its label; returns the number of tiles stored.

        Raises Refused, whose message names the file inside the folder. The folder's own path goes
        to the log, not to the client.
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
        paths = [self.folder / str(digit) / name for digit in range(CLASSES)]
        known = any(path.exists() for path in paths)
        count = self.count()
        if not known and count >= self.count_max:
            raise Refused(
                507,
                f"{count:,} corrections are kept already, the most that this server keeps",
                hint="whoever runs it can move some away, or raise --corrections-max",
            )
        write_whole(paths[label], _png(tile))
        for digit, path in enumerate(paths):
            if digit != label:
                path.unlink(missing_ok=True)
        return count + (not known)

    def count(self) -> int:
        return sum(1 for digit in range(CLASSES) for _ in (self.folder / str(digit)).glob("*.png"))


def _png(tile: Tile) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(tile).save(buffer, "PNG")
    return buffer.getvalue()
