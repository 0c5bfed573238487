"""TFRecord, recognised by the checksum of its first length: it has no magic number of its own."""

from __future__ import annotations

HEADER_BYTES = 12  # a length of 8 bytes, and the masked CRC-32C of these (TensorFlow, tfrecord.md)
POLYNOMIAL = 0x82F63B78  # Castagnoli's, reversed
MASK = 0xA282EAD8


def is_tfrecord(content: bytes) -> bool:
    """Whether the first bytes of a file are the header of a TFRecord."""
    if len(content) < HEADER_BYTES:
        return False
    crc = _crc32c(content[:8])
    masked = ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF
    return int.from_bytes(content[8:HEADER_BYTES], "little") == masked


def _crc32c(content: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (POLYNOMIAL if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
