"""An answer is one line of four fields, for people and for `cut`."""

from __future__ import annotations

from readings import digit, number, reading
from tenfold.reading.detections import AT_EDGE
from tenfold.reading.terminal import lines_of, place_of


def fields(*rows, **more) -> list[str]:
    (line,) = lines_of(reading(*rows, **more))
    return line.split("\t")


def test_a_sure_answer_has_its_probability() -> None:
    assert fields((number(digit(4, 0.99)),)) == ["a.png", "4", "90.0%", ""]


def test_what_is_not_sure_says_why_and_no_probability() -> None:
    sure, cut_off = number(digit(4, 0.99)), number(digit(7, 0.998, notes=(AT_EDGE,)))
    guessed = number(digit(4, 0.99), digit(7, 0.9))
    assert fields((sure, cut_off), (guessed,)) == [
        "a.png",
        "4 ?/4?",
        "90.0% unsure unsure",
        "? cut off by the picture's edge (perhaps 7); 4? not sure: 47 90.0%, 41 9.0%",
    ]


def test_nothing_to_read_and_errors_are_in_the_last_field() -> None:
    assert fields(reason="blank") == ["a.png", "", "", "nothing on it"]
    assert fields(error="broken") == ["a.png", "", "", "error: broken"]


def test_the_page_stands_with_the_file() -> None:
    assert fields((number(digit(4, 0.99)),), page=2, pages=3)[0] == "a.png page 2"
    assert place_of(reading(page=None)) == "a.png"


def test_no_name_adds_a_field_or_a_line() -> None:
    assert fields(reason="blank", file="a\tb\nc\x1b[2J")[0] == "a\\tb\\nc\\x1b[2J"


def test_a_turned_picture_says_so() -> None:
    row = (number(digit(7, 0.99)),)
    notes = ("inverted", "turned by 180 degrees", "box 2 of a row of 4 boxes is empty")
    assert fields(row, notes=notes)[-1] == "turned by 180 degrees"
    assert fields(row, notes=("turned by 90 degrees, as asked",))[-1] == ""


def test_where_nothing_was_read_no_turn_is_claimed() -> None:
    notes = ("turned by 270 degrees", "box 2 of a row of 4 boxes is not read")
    assert fields(reason="no_digits", notes=notes)[-1] == "no digits; " + notes[1]
