"""Bytes of a chunked body beside its content: sizes of chunks, extensions, trailers."""

from __future__ import annotations

FRAMING_SHARE = 1 / 16  # of the content, besides as many bytes as a head may have


class BodyFraming:
    """Counts the framing of one body at a time. `header_bytes_max`: the largest head allowed."""

    def __init__(self, header_bytes_max: int) -> None:
        self._header_bytes_max = header_bytes_max
        self._content_bytes = 0
        self._framing_bytes = 0

    def add(self, received_bytes: int, content_bytes: int) -> None:
        """Count bytes of the connection, `content_bytes` of which were the body's content."""
        self._content_bytes += content_bytes
        self._framing_bytes += received_bytes - content_bytes

    def reset(self) -> None:
        """Start with the next body."""
        self._content_bytes = self._framing_bytes = 0

    @property
    def excessive(self) -> bool:
        return self._framing_bytes > self._header_bytes_max + FRAMING_SHARE * self._content_bytes
