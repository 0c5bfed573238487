from __future__ import annotations

import io

import numpy as np
import pytest

from tenfold.files.saved_files import in_one_line, read_arrays


def saved(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_arrays_are_read_by_name() -> None:
    arrays = read_arrays(io.BytesIO(saved(rows=np.arange(3), empty=np.zeros(0))))
    assert arrays["rows"].tolist() == [0, 1, 2]
    assert arrays["empty"].shape == (0,)


def test_a_changed_byte_is_a_value_error() -> None:
    content = bytearray(saved(rows=np.arange(100)))
    content[300] ^= 1
    with pytest.raises(ValueError, match=r"rows\.npy"):
        read_arrays(io.BytesIO(bytes(content)))


@pytest.mark.filterwarnings("error")
def test_an_array_of_objects_is_not_unpickled() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        read_arrays(io.BytesIO(saved(objects=np.array([object], dtype=object))))


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (KeyError("split"), "'split' is missing"),
        (ValueError("two\nlines"), "two lines"),
    ],
)
def test_a_library_error_becomes_one_line(problem: Exception, line: str) -> None:
    assert in_one_line(problem) == line
