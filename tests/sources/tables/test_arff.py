"""ARFF, as Weka and OpenML write it."""

from __future__ import annotations

import io

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.errors import DataError
from tenfold.sources.tables.arff import is_arff, read_arff
from tenfold.sources.tables.lines import Lines

DIGITS = drawn_digits(12)


def arff(rows: str | None = None, *, comment: str = "", data: str = "@DATA\n") -> Lines:
    names = [*(f"@attribute 'pixel {i}' numeric" for i in range(784)), "@ATTRIBUTE class {0,1}"]
    if rows is None:
        rows = "".join(
            ",".join(map(str, [*image.ravel(), label])) + "\n"
            for image, label in zip(DIGITS.images, DIGITS.labelled(), strict=True)
        )
    text = "@relation mnist\n" + "\n".join(names) + f"\n{data}{comment}{rows}"
    return Lines(io.BytesIO(text.encode()), "mnist.arff")


@pytest.mark.parametrize("first", ["@RELATION mnist", "% a comment", "  @relation x"])
def test_arff_is_known_by_its_first_line(first: str) -> None:
    assert is_arff(Lines(io.BytesIO(f"{first}\n".encode()), "a"))


def test_a_csv_is_none() -> None:
    assert not is_arff(Lines(io.BytesIO(b"label,pixel0\n"), "a"))


@pytest.mark.parametrize("comment", ["", "% written by Weka\n", "\n\n"])
def test_rows_and_labels_are_read(comment: str) -> None:
    digits, notes = read_arff(arff(comment=comment))
    np.testing.assert_array_equal(digits.images, DIGITS.images)
    np.testing.assert_array_equal(digits.labelled(), DIGITS.labelled())
    assert any("ARFF" in note for note in notes)


def test_a_place_counts_the_lines_of_the_header() -> None:
    digits, _ = read_arff(arff())
    assert digits.place(0) == "mnist.arff:788"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (arff("{0 5, 3 7}\n"), r":788: is a sparse ARFF file"),
        (arff("no numbers here\n"), r":788: a row is not 784 pixels and a class"),
        (arff(data=""), "begins like ARFF and has no line @data"),
    ],
    ids=["sparse", "no numbers", "no data"],
)
def test_what_cannot_be_read_says_where_and_what_to_do(source: Lines, said: str) -> None:
    with pytest.raises(DataError, match=said) as refused:
        read_arff(source)
    assert refused.value.hint
