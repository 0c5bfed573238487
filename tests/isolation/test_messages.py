"""Messages through pipes."""

from __future__ import annotations

import io

import pytest

from tenfold.isolation.messages import HEADER_BYTES_MAX, LENGTHS, read_message, write_message


def test_messages_come_back_one_after_another() -> None:
    pipe = io.BytesIO()
    write_message(pipe, {"file": "\u00e9"}, b"\0\xff")
    write_message(pipe, {})
    pipe.seek(0)
    assert read_message(pipe, 10) == ({"file": "\u00e9"}, b"\0\xff")
    assert read_message(pipe, 10) == ({}, b"")
    with pytest.raises(EOFError):
        read_message(pipe, 10)


@pytest.mark.parametrize("lengths", [(2, 11), (HEADER_BYTES_MAX + 1, 0)])
def test_a_message_that_is_too_large_is_refused_before_it_is_read(lengths: tuple[int, int]) -> None:
    pipe = io.BytesIO(LENGTHS.pack(*lengths) + b"{}" + bytes(11))
    with pytest.raises(ValueError, match="a message of"):
        read_message(pipe, 10)
    assert pipe.tell() == LENGTHS.size


def test_a_message_that_is_cut_off_is_the_end() -> None:
    with pytest.raises(EOFError):
        read_message(io.BytesIO(LENGTHS.pack(2, 5) + b"{}abc"), 10)
