"""Corrections, kept as pictures in folders 0 to 9, which `tenfold train` reads."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image

from tenfold.digits import CLASSES
from tenfold.errors import OutputError
from tenfold.files import os_errors_as_output_error, write_whole
from tenfold.framing.frame import Tile


class Corrections:
    """A folder of up to `count_max` tiles. A tile has one label, the last that it was given."""

    def __init__(self, folder: str | Path, count_max: int) -> None:
        """Raises OutputError if the folder cannot be made."""
        self.folder = Path(folder)
        self.count_max = count_max
        with os_errors_as_output_error(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, tile: Tile, label: int) -> int:
        """Write uint8 [28, 28] under its label; how many are kept now. Raises OutputError."""
        name = f"{hashlib.sha256(tile.tobytes()).hexdigest()[:16]}.png"
        before = [self.folder / str(digit) / name for digit in range(CLASSES)]
        known = any(path.exists() for path in before)
        count = self.count()
        if not known and count >= self.count_max:
            raise OutputError(
                f"{self.folder}: holds {count:,} corrections, the most that are kept",
                hint="move some away, or start with a larger --corrections-max",
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
