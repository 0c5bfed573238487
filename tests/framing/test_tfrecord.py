"""TFRecord, by the checksum of its first length."""

from __future__ import annotations

from tenfold.framing.formats import TFRECORD
from tenfold.framing.signatures import format_of
from tenfold.framing.tfrecord import _crc32c, is_tfrecord


def test_the_checksum_is_castagnolis() -> None:
    assert _crc32c(b"123456789") == 0xE3069283  # the check value of CRC-32C


def test_a_first_length_with_its_checksum_is_a_tfrecord() -> None:
    length = (300).to_bytes(8, "little")
    crc = _crc32c(length)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    content = length + masked.to_bytes(4, "little") + bytes(300)
    assert is_tfrecord(content)
    assert format_of(content) is TFRECORD
    assert not is_tfrecord(length + bytes(300))
    assert not is_tfrecord(content[:11])
