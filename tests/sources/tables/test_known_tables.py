"""Known tables; `test_habits.py` runs their remedies."""

from __future__ import annotations

import pytest

from tenfold.errors import DataError
from tenfold.sources.tables.known_tables import refuse_known_table


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (b",".join([b"3"] * 65), b"", "optdigits"),
        (b" ".join([b"-0.5"] * 257), b"", "zip.train"),
        (b"1.0 " * 266, b"", "semeion.data"),
        (b"sep=;", b"", "Excel's line sep=;"),
        (b"version https://git-lfs.github.com/spec/v1", b"", "a pointer of Git LFS"),
        (b"label,pixels", b"7," + b"0 " * 784, "all pixels of an image in one cell"),
    ],
)
def test_it_is_named(first: bytes, second: bytes, said: str) -> None:
    with pytest.raises(DataError) as caught:
        refuse_known_table(first, second, "x.csv")
    assert caught.value.message.startswith("x.csv: ")
    assert said in caught.value.message


@pytest.mark.parametrize("first", [b"label,pixel0,pixel1", b"a" * 65, b"", b"7,8", b"1," * 300])
def test_others_are_left(first: bytes) -> None:
    refuse_known_table(first, b"1,2", "x.csv")
