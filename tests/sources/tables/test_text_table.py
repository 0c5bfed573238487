"""Text tables of other layouts: their faults, and what stays strict."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import drawn_digits
from data_forms import LABELLED, PIXELS_0, fractions, label_first, label_last, short, text
from tenfold.digits import DataOptions, Digits
from tenfold.errors import DataError
from tenfold.sources.tables import lines as lines_module
from tenfold.sources.tables.csv_file import read_csv

DIGITS = drawn_digits(40)
HEADERLESS = text(label_first(DIGITS))


def read(content: str, options: DataOptions = DataOptions()) -> Digits:  # noqa: B008
    return read_csv(io.BytesIO(content.encode()), "mine.csv", options)[0]


def refusal(content: str) -> DataError:
    with pytest.raises(DataError) as caught:
        read(content)
    return caught.value


def spoiled(content: str, line: int, column: int, cell: str, separator: str = ",") -> str:
    rows = content.splitlines()
    cells = rows[line - 1].split(separator)
    cells[column - 1] = cell
    rows[line - 1] = separator.join(cells)
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x", "column 403 is 'x', expected a number"),
        ("", "column 403 is empty"),
        ("-1", "column 403 is -1, expected 0..255"),
        ("256", "column 403 is 256, expected 0..255"),
        ("3.5", "column 403 is 3.5, expected a whole number 0..255"),
        ("1e400", "column 403 is 1e400, expected 0..255"),
        ("nan", "column 403 is 'nan', expected a number"),
        ("1 2", "column 403 is '1 2', expected a number"),
    ],
)
def test_a_bad_pixel_is_named_with_its_line(cell: str, said: str) -> None:
    assert refusal(spoiled(HEADERLESS, 7, 403, cell)).message == f"mine.csv:7: {said}"


def test_names_are_used_for_faults_where_there_are_any() -> None:
    content = text(label_last(DIGITS), [*PIXELS_0, "label"], separator=";")
    error = refusal(spoiled(content, 5, 4, "x", ";"))
    assert error.message == "mine.csv:5: pixel3 is 'x', expected a number"


@pytest.mark.parametrize("label", ["10", "2.5", "-1"])
def test_a_bad_label_is_named_with_its_line(label: str) -> None:
    content = text(label_last(DIGITS), [*PIXELS_0, "label"])
    error = refusal(spoiled(content, 9, 785, label))
    assert error.message == f"mine.csv:9: label is {label}, expected 0..9"


def test_a_label_without_a_name_that_is_none_is_looked_for() -> None:
    error = refusal(spoiled(HEADERLESS, 3, 1, "10"))
    assert "no column of the 785 can be the label" in error.message
    assert "column 1 is 10 at mine.csv:3" in error.message


def test_a_row_of_another_length_is_named() -> None:
    rows = HEADERLESS.splitlines()
    rows[4] += ",0"
    assert refusal("\n".join(rows) + "\n").message == "mine.csv:5: 786 columns, expected 785"


def test_a_blank_line_between_rows_is_named() -> None:
    rows = HEADERLESS.splitlines()
    rows.insert(4, "")
    assert refusal("\n".join(rows) + "\n").message == "mine.csv:5: is blank"


def test_a_last_line_that_was_cut_off_is_called_so() -> None:
    error = refusal(HEADERLESS[:-300])
    assert "mine.csv:40: the last line is cut off" in error.message
    assert "fetch the file again" in error.hint


def test_the_header_again_is_named() -> None:
    content = text(label_first(DIGITS), LABELLED, separator=";")
    error = refusal(content + content.splitlines()[0] + "\n")
    assert error.message == "mine.csv:42: is the header again"


def test_two_scales_in_one_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 10_000)
    told = refusal(text(fractions(DIGITS), cell=short) + HEADERLESS).message
    assert "before they are 0..1" in told or "expected a whole number" in told


def test_a_scale_about_zero_is_no_single_fault() -> None:
    error = refusal(text(fractions(DIGITS) * 2 - 1, cell=short))
    assert "from here on, a pixel holds -1 to 1, expected 0..255 or 0..1" in error.message
    assert "(X + 1) / 2" in error.hint


def test_blocks_smaller_than_a_row_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 4000)
    np.testing.assert_array_equal(read(HEADERLESS).images, DIGITS.images)


def test_options_say_whether_there_is_a_header() -> None:
    assert len(read(HEADERLESS, DataOptions(header=True))) == 39
    assert len(read(HEADERLESS, DataOptions(header=False))) == 40


def test_a_header_and_no_rows_is_said() -> None:
    assert "has a header and no rows" in refusal(",".join([*PIXELS_0, "label"]) + "\n").message


def test_one_row_is_a_table() -> None:
    found = read(text(label_first(DIGITS.take(np.array([7])))))
    assert found.labelled().tolist() == [7]


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 60_000), st.sampled_from([",", ";", "\t", " "]))
def test_bytes_written_over_a_good_table_are_read_or_refused(
    noise: bytes, at: int, separator: str
) -> None:
    content = bytearray(text(label_first(DIGITS), separator=separator).encode())
    content[at : at + len(noise)] = noise
    try:
        found = read_csv(io.BytesIO(bytes(content)), "mine.csv")[0]
    except DataError as error:
        assert error.message.startswith("mine.csv")
        return
    assert found.images.shape[1:] == (28, 28)
    assert found.labels is None or found.labels.max() <= 9
