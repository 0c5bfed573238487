"""A file that is hashed and counted while it is written."""

from __future__ import annotations

import hashlib
import io
from typing import Any, BinaryIO


class HashedFile(io.RawIOBase):
    """Writes through to another file, at its end alone."""

    def __init__(self, file: BinaryIO) -> None:
        self.sha256 = hashlib.sha256()
        self.size_bytes = 0
        self._file = file

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size_bytes

    def write(self, content: Any) -> int:
        self._file.write(content)
        self.sha256.update(content)
        self.size_bytes += (written := memoryview(content).nbytes)
        return written
