"""The first line of a CSV."""

from __future__ import annotations

import io
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from conftest import HEADER, csv_text
from csv_reading import read, refusal
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources.csv_file import read_csv, read_csv_path
from tenfold.sources.csv_header import GRID_NAMES, PIXEL_NAMES

LAYOUTS: dict[str, list[tuple[str, str | int]]] = {
    "OpenML's, the class last": [
        *((f"pixel{i + 1}", i) for i in range(784)),
        ("class", "label"),
    ],
    "the label last": [*((f"pixel{i}", i) for i in range(784)), ("label", "label")],
    "in the order of text": [
        ("label", "label"),
        *sorted((f"pixel{i}", i) for i in range(784)),
    ],
    "no labels, in the order of text": sorted((f"pixel{i}", i) for i in range(784)),
    "the grid in the order of text": [
        ("Label", "label"),
        *sorted((f"{i // 28 + 1}x{i % 28 + 1}", i) for i in range(784)),
    ],
    "numbered from 0": [("label", "label"), *((str(i), i) for i in range(784))],
    "numbers alone, from 1": [(str(i + 1), i) for i in range(784)],
    "an index and the label": [
        ("", "index"),
        ("label", "label"),
        *((f"pixel{i}", i) for i in range(784)),
    ],
}


def read_as_the_hint_says(pandas: ModuleType, path: Path) -> Digits:
    """The rows of a refused file, once what the hint says is done."""
    with pytest.raises(DataError) as caught:
        read_csv_path(str(path))
    other = path.with_name("other.csv")
    code = "pandas." + caught.value.hint.partition("pandas.")[2]
    eval(code, {"pandas": pandas, "FILE": path, "OTHER": other})
    return read_csv_path(str(other))[0]


def test_the_header_of_other_mnist_csvs_is_known(digits: Digits) -> None:
    grid = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    text = csv_text(digits, end="\n").split("\n", 1)[1]
    assert len(read(",".join(["label", *grid]) + "\n" + text)) == len(digits)


def test_a_first_line_of_numbers_is_no_header(digits: Digits) -> None:
    error = refusal(csv_text(digits, end="\n").split("\n", 1)[1])
    assert "train.csv:1: the first line holds numbers" in error.message


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_called_by_their_name(
    digits: Digits, separator: str, called: str
) -> None:
    error = refusal(csv_text(digits).replace(",", separator))
    assert f"separated by {called}" in error.message
    assert "sep=" in error.hint


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


@pytest.mark.parametrize("called", ["", "index", "truth", "ImageId"])
def test_no_remedy_leaves_out_a_column_that_may_be_the_label(called: str) -> None:
    error = refusal(",".join([called, *PIXEL_NAMES]) + "\n")
    assert "the label under another name, or an index" in error.message
    assert error.hint.startswith("if it is the label, call it label; if it numbers the rows")


def test_two_columns_that_may_be_the_label_are_named() -> None:
    error = refusal(",".join(["label", *PIXEL_NAMES, "class"]) + "\n")
    assert "columns 'label' and 'class' may both be the label" in error.message


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_remedy_for_a_header_gives_the_same_rows(
    layout: str, digits: Digits, tmp_path: Path
) -> None:
    """What the hint says is typed, and the outcome read."""
    pandas = pytest.importorskip("pandas", reason="the bench extra is not installed")
    flat = digits.images.reshape(len(digits), -1)
    given = {"label": digits.labelled(), "index": np.arange(len(digits))}
    columns = [
        given[what] if isinstance(what, str) else flat[:, what] for _, what in LAYOUTS[layout]
    ]
    path = tmp_path / "mine.csv"
    names = [name for name, _ in LAYOUTS[layout]]
    pandas.DataFrame(np.column_stack(columns), columns=names).to_csv(path, index=False)
    found = read_as_the_hint_says(pandas, path)
    np.testing.assert_array_equal(found.images, digits.images)
    if "label" in [what for _, what in LAYOUTS[layout]]:
        np.testing.assert_array_equal(found.labels, digits.labels)


def test_the_remedy_for_rows_without_a_header_keeps_the_first(
    digits: Digits, tmp_path: Path
) -> None:
    pandas = pytest.importorskip("pandas", reason="the bench extra is not installed")
    path = tmp_path / "mine.csv"
    path.write_text(csv_text(digits, end="\n").split("\n", 1)[1])
    assert len(read_as_the_hint_says(pandas, path)) == len(digits)


def test_783_columns_say_which_is_missing() -> None:
    error = refusal(",".join(HEADER[:-2]) + "\n1,2\n")
    assert "783 columns" in error.message
    assert "'pixel782', 'pixel783'" in error.message


def test_786_columns_say_which_is_unknown() -> None:
    error = refusal(",".join([*HEADER, "extra"]) + "\n")
    assert "786 columns" in error.message
    assert "unknown: 'extra'" in error.message


def test_an_index_column_is_called_so() -> None:
    error = refusal(",".join(["", *HEADER]) + "\n")
    assert "index" in error.message
    assert "index=False" in error.hint


def test_shuffled_columns_say_where_the_order_breaks() -> None:
    shuffled = HEADER.copy()
    shuffled[3], shuffled[7] = shuffled[7], shuffled[3]
    assert "column 4 is pixel6, expected pixel2" in refusal(",".join(shuffled) + "\n").message
