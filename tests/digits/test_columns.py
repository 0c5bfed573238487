"""What the columns of a table are."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.digits.column_names import PIXEL_NAMES
from tenfold.digits.columns import Columns, resolve
from tenfold.digits.table_frame import DataOptions, frame_of
from tenfold.errors import DataError, UsageError

ROWS = 30
LABELS = np.tile([3, 1, 4, 1, 5, 9, 2, 6, 5, 0], 3)
PIXELS = np.random.default_rng(0).integers(10, 256, (ROWS, 784))
PIXELS[:, [0, 1, -2, -1]] = 0  # as MNIST's margins


def columns_of(
    table: np.ndarray, names: list[str] | None = None, label: str | None = None
) -> Columns:
    frame = frame_of(names, table.shape[1], DataOptions(label), "t")
    values = table[:, list(frame.free)].astype(float)
    return resolve(frame, values, "t", lambda row: f"t:{row + 1}")


def refusal(table: np.ndarray, names: list[str] | None = None, label: str | None = None) -> str:
    with pytest.raises((DataError, UsageError)) as caught:
        columns_of(table, names, label)
    return str(caught.value)


def beside(*columns: np.ndarray) -> np.ndarray:
    return np.column_stack(columns)


@pytest.mark.parametrize("first", [True, False])
def test_a_label_without_a_name_is_found_at_either_end(first: bool) -> None:
    found = columns_of(beside(LABELS, PIXELS) if first else beside(PIXELS, LABELS))
    assert found.pixels[0] == int(first)
    np.testing.assert_array_equal(found.labels, LABELS)
    assert found.words == ("label first" if first else "label last",)


def test_784_columns_have_no_label() -> None:
    found = columns_of(PIXELS)
    assert (found.labels, found.words) == (None, ("no labels",))


def test_rows_of_one_class_are_told_from_a_margin() -> None:
    found = columns_of(beside(np.full(ROWS, 7), PIXELS))
    assert found.labels is not None
    assert set(found.labels.tolist()) == {7}


def test_two_columns_of_0_to_9_leave_it_open() -> None:
    pixels = PIXELS.copy()
    pixels[:, -1] = LABELS[::-1]
    told = refusal(beside(LABELS, pixels))
    assert "t: column 1 and column 785 may both be the label" in told
    assert "--label first or --label last" in told
    assert columns_of(beside(LABELS, pixels), label="first").pixels[0] == 1
    assert columns_of(beside(LABELS, pixels), label="last").pixels[0] == 0


def test_zeros_at_both_ends_leave_it_open() -> None:
    assert "may both be the label" in refusal(beside(np.zeros(ROWS), PIXELS))


def test_rows_numbered_from_0_to_9_may_be_labels() -> None:
    told = refusal(beside(np.arange(10), PIXELS[:10]))
    assert "column 1 may be the label, or number the rows" in told
    assert columns_of(beside(np.arange(10), PIXELS[:10]), label="none").labels is None
    found = columns_of(beside(np.arange(10), PIXELS[:10]), label="first").labels
    assert found is not None
    assert found.tolist() == list(range(10))


def test_a_nameless_column_of_digits_may_be_an_index() -> None:
    told = refusal(beside(LABELS, PIXELS), ["", *PIXEL_NAMES])
    assert "column 1 ('') may be the label, or number the rows" in told
    assert columns_of(beside(LABELS, PIXELS), ["", *PIXEL_NAMES], "first").labels is not None


@pytest.mark.parametrize("start", [0, 1, 500])
@pytest.mark.parametrize("name", ["", "id", "whatever"])
def test_a_number_of_the_row_is_left_out_and_said(start: int, name: str) -> None:
    table = beside(np.arange(start, start + ROWS), LABELS, PIXELS)
    found = columns_of(table, [name, "label", *PIXEL_NAMES])
    np.testing.assert_array_equal(found.labels, LABELS)
    assert found.words == ("label first", f"column 1 ('{name}') left out")
    assert columns_of(table).words == ("label first", "column 1 left out")


def test_another_column_is_left_out_only_by_option() -> None:
    table = beside(LABELS, PIXELS, np.arange(ROWS)[::-1] * 3)
    names = ["label", *PIXEL_NAMES, "x"]
    told = refusal(table, names)
    assert "column 786 ('x') is neither a pixel nor a label 0..9" in told
    assert "--label first leaves it out" in told
    assert columns_of(table, names, "first").words == ("label first", "column 786 ('x') left out")


def test_two_labels_by_name_leave_it_open() -> None:
    names = ["label", *PIXEL_NAMES, "class"]
    table = beside(LABELS, PIXELS, LABELS[::-1])
    told = refusal(table, names)
    assert "columns 'label' and 'class' may both be the label" in told
    found = columns_of(table, names, "class").labels
    np.testing.assert_array_equal(found, LABELS[::-1])


def test_one_hot_labels_are_ten_columns() -> None:
    one_hot = np.eye(10)[LABELS]
    for table in (beside(one_hot, PIXELS), beside(PIXELS, one_hot)):
        np.testing.assert_array_equal(columns_of(table).labels, LABELS)


def test_a_label_in_the_middle_needs_a_name() -> None:
    table = np.insert(PIXELS, 300, LABELS, axis=1)
    table[:, [0, -1]] = 77
    told = refusal(table)
    assert "no column of the 785 can be the label, which is first or last" in told
    names = [*PIXEL_NAMES[:300], "label", *PIXEL_NAMES[300:]]
    assert columns_of(table, names).words == ("label in column 301 ('label')",)


def test_a_wrong_label_is_named_with_its_row() -> None:
    labels = LABELS.copy()
    labels[6] = 10
    told = refusal(beside(labels, PIXELS), ["label", *PIXEL_NAMES])
    assert "t:7: label is 10, expected 0..9" in told


@pytest.mark.parametrize("count", [100, 783, 800])
def test_other_numbers_of_columns_are_refused(count: int) -> None:
    assert f"t: {count} columns, expected 785" in refusal(np.zeros((2, count)))


def test_an_unknown_name_is_wrong_use() -> None:
    told = refusal(beside(LABELS, PIXELS), ["label", *PIXEL_NAMES], "digit")
    assert "has no column 'digit'" in told
    assert "first, last, none or the name of a column" in told


def test_an_option_for_labelled_tables_does_no_harm_to_unlabelled_ones() -> None:
    assert columns_of(PIXELS, None, "first").labels is None
