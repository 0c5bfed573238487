"""What the components saw and the string reader did not."""

from __future__ import annotations

from readings import digit, number
from tenfold.reading.answers.cross_check import UNEXPLAINED, reconciled
from tenfold.reading.answers.number import Mark, Number


def spelled(text: str, *, left: int = 0, top: int = 0, share: float = 0.99) -> Number:
    """A number with digits of 20 x 30 pixels; unsure for a share below 0.95."""
    return number(
        *(
            digit(int(c), share, box=(left + 30 * i, top, left + 30 * i + 20, top + 30))
            for i, c in enumerate(text)
        )
    )


def test_what_both_see_stays_as_it_is() -> None:
    strings = ((spelled("123"),),)
    assert reconciled(strings, ((spelled("723"),),), marks=False) == strings


def test_a_digit_that_was_lost_makes_the_number_unsure() -> None:
    ((number,),) = reconciled(((spelled("56789"),),), ((spelled("567891"),),), marks=False)
    assert number.text == "??????"
    assert number.likeliest == "567891"
    assert UNEXPLAINED in number.digits[0].notes


def test_ink_beside_a_number_that_is_not_sure_itself_makes_it_unsure() -> None:
    witness = spelled("4", left=100, share=0.6)
    ((number,),) = reconciled(((spelled("123"),),), ((witness,),), marks=False)
    assert number.text == "???"
    assert number.likeliest == "123"


def test_far_or_small_ink_says_nothing_of_a_number() -> None:
    far = spelled("4", left=300, share=0.6)
    small = number(digit(1, 0.6, box=(95, 20, 99, 30)))
    strings = ((spelled("123"),),)
    assert reconciled(strings, ((far, small),), marks=False) == strings


def test_a_row_that_no_strip_covers_is_answered() -> None:
    rows = reconciled(((spelled("123", top=100),),), ((spelled("45"),),), marks=False)
    assert [[number.text for number in row] for row in rows] == [["45"], ["123"]]


def test_a_sure_number_of_components_replaces_an_unlikely_one_but_is_not_sure() -> None:
    unlikely = Number("???", 0.1, (), spelled("887", share=0.5).digits)
    ((number,),) = reconciled(((unlikely,),), ((spelled("123"),),), marks=False)
    assert (number.text, number.likeliest) == ("???", "123")


def test_components_that_join_what_is_parted_do_not_say_it_twice() -> None:
    unlikely = Number("?", 0.1, (), spelled("0", share=0.5).digits)
    row = (unlikely, spelled("1234", left=30))
    (read,) = reconciled((row,), ((spelled("01234"),),), marks=False)
    assert [number.likeliest for number in read] == ["0", "1234"]


def test_one_sure_digit_of_the_components_is_the_answer() -> None:
    one = ((spelled("4"),),)
    pieces = number(digit(1, 0.6, box=(2, 0, 8, 30)), digit(7, 0.6, box=(9, 2, 19, 30)))
    assert reconciled(((pieces,),), one, marks=False) == one
    elsewhere = ((spelled("4071", share=0.6),),)
    assert reconciled(elsewhere, one, marks=False) != one
    sure = ((spelled("41"),),)
    assert reconciled(sure, one, marks=False) == sure


def test_digits_that_were_left_out_anywhere_are_given_back() -> None:
    ((number,),) = reconciled(((spelled("907", left=0),),), ((spelled("9107"),),), marks=False)
    assert (number.text, number.likeliest) == ("????", "9107")


def test_sure_numbers_of_the_components_explain_an_unsure_one_between_them() -> None:
    unsure = Number("????", 0.3, (), spelled("1415", share=0.5).digits)
    two = (spelled("14"), spelled("15", left=60))
    ((first, second),) = reconciled(((unsure,),), (two,), marks=False)
    assert [first.likeliest, second.likeliest] == ["14", "15"]
    assert [first.text, second.text] == ["??", "??"]


def test_a_mark_that_the_components_take_for_a_digit_stays_a_mark() -> None:
    digits = [digit(d, 0.8, box=(30 * i, 0, 30 * i + 20, 30)) for i, d in ((0, 2), (1, 7), (3, 6))]
    slash = Mark("/", 2, (60, 0, 80, 30))
    unsure = Number("???", 0.8, (), tuple(digits), marks=(slash,))
    ((number,),) = reconciled(((unsure,),), ((spelled("2716"),),), marks=False)
    assert number.likeliest == "276"


def test_grain_beside_one_large_sure_digit_is_no_number() -> None:
    one = ((number(digit(6, 0.99, box=(300, 300, 380, 430))),),)
    grain = number(digit(1, 0.7, box=(40, 40, 48, 54)))
    assert reconciled(((grain,),), one, marks=False) == one


def test_the_marks_around_one_sure_digit_stay() -> None:
    one = ((number(digit(4, 0.99, box=(30, 0, 50, 30))),),)
    (read,) = one[0]
    minus = Mark("-", 0, (0, 12, 20, 16))
    string = Number("-4", 0.97, (), read.digits, marks=(minus,))
    ((plain,),) = reconciled(((string,),), one, marks=False)
    assert (plain.text, plain.written, plain.reason) == ("4", "-4", None)
    ((marked,),) = reconciled(((string,),), one, marks=True)
    assert (marked.text, marked.reason) == ("-4", None)
    unsure = Number("-4", 0.6, (), read.digits, marks=(minus,), unsure_marks=True)
    ((doubted,),) = reconciled(((unsure,),), one, marks=True)
    assert doubted.reason == "low_confidence"


def test_1s_between_the_digits_of_a_date_are_its_slashes() -> None:
    seen = spelled("2716123")
    two, seven, _, six, _, *year = seen.digits
    string = number(two, seven, six, *year)
    assert string.text == "27623"
    ((plain,),) = reconciled(((string,),), ((seen,),), marks=False)
    assert (plain.text, plain.likeliest, plain.written) == ("?????", "27623", "??/?/??")
    ((marked,),) = reconciled(((string,),), ((seen,),), marks=True)
    assert (marked.text, marked.likeliest) == ("??/?/??", "27/6/23")


def test_digits_of_the_components_where_the_strings_have_letters_are_not_sure() -> None:
    letters = number(digit(4, 0.9, is_digit=0.1, box=(0, 0, 50, 30)))
    assert not letters.is_number
    rows = reconciled(((letters,),), ((spelled("12"),),), marks=False)
    assert [n.text for row in rows for n in row if n.is_number] == ["??"]
