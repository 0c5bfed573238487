"""The first line of a CSV in Kaggle's layout, or of another number of columns."""

from __future__ import annotations

import io

import numpy as np
import pytest

from conftest import HEADER, csv_text
from csv_reading import read, refusal
from tenfold.digits import Digits
from tenfold.digits.column_names import GRID_NAMES, PIXEL_NAMES
from tenfold.sources.tables.csv.header import layout_of
from tenfold.sources.tables.csv_file import read_csv


def test_the_header_of_other_mnist_csvs_is_known(digits: Digits) -> None:
    grid = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    text = csv_text(digits, end="\n").split("\n", 1)[1]
    assert len(read(",".join(["label", *grid]) + "\n" + text)) == len(digits)


@pytest.mark.parametrize("called", ["Label", "digit", "Y", "class", "TARGET"])
@pytest.mark.parametrize("style", [PIXEL_NAMES, GRID_NAMES], ids=["pixel0", "1x1"])
def test_a_label_under_another_name_is_the_label(
    digits: Digits, called: str, style: list[str]
) -> None:
    text = csv_text(digits, end="\n").split("\n", 1)[1]
    header = ",".join([called, *style])
    found, notes = read_csv(io.BytesIO(f"{header}\n{text}".encode()), "mine.csv")
    np.testing.assert_array_equal(found.labels, digits.labels)
    np.testing.assert_array_equal(found.images, digits.images)
    assert notes == (f"mine.csv: column 1 is called '{called}', and is the label",)


def test_kaggles_own_label_needs_no_note(digits: Digits) -> None:
    assert read_csv(io.BytesIO(csv_text(digits).encode()), "train.csv")[1] == ()


def test_another_layout_is_not_kaggles() -> None:
    assert layout_of([*PIXEL_NAMES, "label"], "mine.csv") is None


def test_783_columns_say_which_is_missing() -> None:
    error = refusal(",".join(HEADER[:-2]) + "\n1,2\n")
    assert "783 columns" in error.message
    assert "'pixel782', 'pixel783'" in error.message


def test_a_name_without_a_column_is_unknown(digits: Digits) -> None:
    _, rows = csv_text(digits, end="\n").split("\n", 1)
    error = refusal(",".join([*HEADER, "extra"]) + "\n" + rows)
    assert "786 columns" in error.message
    assert "unknown: 'extra'" in error.message
