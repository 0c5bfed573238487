"""Numbers in boxes."""

from __future__ import annotations

from readings import digit, number
from tenfold.reading.answers.boxes import DIVIDER, UNREAD, Boxed, boxed
from tenfold.reading.answers.number import Digit
from tenfold.reading.detections import Cell, PlaceInGrid

WIDE, HIGH = 40, 50


def cells(empty: str, *, grid: int = 0, top: int = 0) -> list[Cell]:
    """A row of boxes: `_` for each empty one, `x` for each that has ink."""
    return [
        Cell(PlaceInGrid(grid, 0, i), (i * WIDE, top, (i + 1) * WIDE, top + HIGH), kind == "_")
        for i, kind in enumerate(empty)
    ]


def in_box(value: int, column: int, share: float = 0.99) -> Digit:
    left = column * WIDE
    return digit(value, share, box=(left + 10, 10, left + 30, 40))


def read(entries: dict[int, int], empty: str) -> Boxed:
    written = number(*(in_box(value, column) for column, value in entries.items()))
    return boxed(((written,),), cells(empty))


def test_each_digit_knows_its_box() -> None:
    answer = read({0: 7, 1: 3, 3: 5}, "xx_x")
    ((only,),) = answer.rows
    assert [d.cell for d in only.digits] == [(0, 0, 0), (0, 0, 1), (0, 0, 3)]
    assert only.digits[2].to_json()["cell"] == {"grid": 0, "row": 0, "column": 3}
    assert only.text == "735"


def test_empty_boxes_are_said_to_be_empty() -> None:
    answer = read({0: 7, 1: 3, 4: 5}, "xx__x")
    assert [cell.is_empty for cell in answer.cells] == [False, False, True, True, False]
    assert answer.notes == ("boxes 3 and 4 of a row of 5 boxes are empty",)
    assert read({0: 7}, "x_").notes == ("box 2 of a row of 2 boxes is empty",)


def test_a_box_with_a_digit_is_not_empty_however_faint() -> None:
    assert not read({0: 7, 1: 3}, "x_").cells[1].is_empty


def test_a_divider_is_no_digit_and_its_number_is_looked_at() -> None:
    divider = digit(1, 0.99, box=(WIDE - 3, 8, WIDE + 3, 44))
    divider = digit(1, 0.99, box=(78, 8, 84, 44))
    # its middle, 81, would lie in the third box: between two boxes there is the line itself
    narrow = [
        Cell(cell.place, (cell.box[0] + 4, 0, cell.box[2] - 4, HIGH), cell.is_empty)
        for cell in cells("xxx")
    ]
    numbers = number(in_box(4, 0), in_box(9, 1), divider, in_box(2, 2))
    ((only,),) = boxed(((numbers,),), narrow).rows
    assert only.likeliest == "492"
    assert only.text == "???"
    assert DIVIDER in only.digits[0].notes


def test_a_one_in_its_box_stays() -> None:
    one = digit(1, 0.99, box=(WIDE + 17, 8, WIDE + 23, 44))
    ((only,),) = boxed(((number(in_box(4, 0), one),),), cells("xx_")).rows
    assert only.text == "41"


def test_a_box_that_was_not_read_makes_its_neighbours_unsure() -> None:
    answer = read({0: 7, 1: 3}, "xxx_")
    ((only,),) = answer.rows
    assert only.text == "??"
    assert UNREAD in only.digits[0].notes
    assert "box 3 of a row of 4 boxes is written in, and not read" in answer.notes


def test_a_box_with_what_is_no_digit_was_not_read() -> None:
    digits = in_box(7, 0), in_box(3, 2)
    letter = digit(4, 0.9, is_digit=0.1, box=(WIDE + 10, 10, WIDE + 30, 40))
    answer = boxed(((number(digits[0]), number(letter), number(digits[1])),), cells("xxx"))
    assert [n.text for n in answer.rows[0] if n.is_number] == ["?", "?"]
    assert answer.notes == ("box 2 of a row of 3 boxes is written in, and not read",)


def test_squares_of_paper_are_no_boxes() -> None:
    across = [digit(5, 0.99, box=(20 + 55 * i, 0, 60 + 55 * i, 60)) for i in range(5)]
    answer = boxed(((number(*across),),), cells("xxxxxxx"))
    assert answer.cells == ()
    assert answer.notes == ()
    assert all(d.cell is None for row in answer.rows for n in row for d in n.digits)


def test_an_empty_row_of_boxes_is_said_to_be_empty() -> None:
    assert boxed((), cells("____")).notes == ("a row of 4 boxes is empty",)


def test_without_cells_nothing_changes() -> None:
    rows = ((number(in_box(4, 0)),),)
    assert boxed(rows, ()) == Boxed(rows, (), ())
