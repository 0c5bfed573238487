"""NumPy's .npy, read without trust."""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.errors import DataError
from tenfold.sources.arrays import npy
from tenfold.sources.arrays.npy import read_npy


def stored(array: np.ndarray, **options: bool) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def refusal(content: bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        read_npy(io.BytesIO(content), "x.npy")
    assert caught.value.message.startswith("x.npy: ")
    return caught.value


@pytest.mark.parametrize("kind", ["u1", ">i4", "f2", "f8", "U3", "?"])
def test_numbers_and_text_are_read(kind: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(kind)
    found = read_npy(io.BytesIO(stored(array)), "x.npy")
    np.testing.assert_array_equal(found.array, array)
    assert found.size_bytes == len(stored(array))


def test_fortrans_order_is_read() -> None:
    array = np.asfortranarray(np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(read_npy(io.BytesIO(stored(array)), "x").array, array)


def test_objects_are_never_unpickled() -> None:
    error = refusal(stored(np.array([{}], dtype=object), allow_pickle=True))
    assert "which only pickle can read" in error.message
    assert "if you trust the file" in error.hint


def test_a_header_allocates_nothing() -> None:
    """A file of a hundred bytes says that it holds a gigabyte."""
    header = stored(np.zeros(1, np.uint8))
    claimed = header.replace(b"(1,), }" + b" " * 10, b"(1000000000,), }" + b" ")
    tracemalloc.start()
    try:
        assert "holds only 1" in refusal(claimed).message
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_array_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy, "ARRAY_BYTES_MAX", 1000)
    assert "larger than" in refusal(stored(np.zeros(2000, np.uint8))).message


def test_more_than_the_header_says_is_refused() -> None:
    assert "holds more" in refusal(stored(np.zeros(9)) + b"x").message


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 127), st.binary(min_size=1, max_size=8))
def test_a_damaged_header_is_read_or_refused(at: int, noise: bytes) -> None:
    content = bytearray(stored(np.arange(20)))
    content[at : at + len(noise)] = noise
    try:
        read_npy(io.BytesIO(bytes(content)), "x.npy")
    except DataError as error:
        assert error.message.startswith("x.npy: ")
