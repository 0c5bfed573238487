"""A table has a row for each number, and one for each page without any."""

from __future__ import annotations

from readings import digit, number, reading
from tenfold.reading.tables.rows import COLUMNS, Row, rows_of


def test_the_columns_are_those_that_are_documented() -> None:
    assert COLUMNS == (
        "file", "page", "row", "text", "probability", "reason", "box", "likeliest",
        "written",
    )  # fmt: skip
    assert Row("a", 1).values == ("a", 1, None, "", None, "", "", "", "")


def test_each_number_is_a_row() -> None:
    sure, unsure = number(digit(0, 0.99), digit(7, 0.99)), number(digit(7, 0.9))
    rows = rows_of(reading((sure, unsure), (sure,), page=2, pages=3))
    assert rows[0] == Row("a.png", 2, 1, "07", 0.9, "", "10 20 30 50", "07", "07")
    assert [(row.row, row.text, row.likeliest) for row in rows] == [
        (1, "07", "07"), (1, "?", "7"), (2, "07", "07"),
    ]  # fmt: skip
    assert rows[1].reason == "not sure: 7 90.0%, 41 9.0%"


def test_a_page_without_numbers_is_not_left_out() -> None:
    assert rows_of(reading(reason="blank")) == [Row("a.png", 1, reason="nothing on it")]
    assert rows_of(reading(error="broken", page=None)) == [
        Row("a.png", None, reason="error: broken")
    ]


def test_the_box_of_a_number_is_around_its_digits() -> None:
    digits = digit(4, 0.99, box=(10, 22, 30, 50)), digit(7, 0.99, box=(40, 20, 60, 48))
    assert rows_of(reading((number(*digits),)))[0].box == "10 20 60 50"
