"""Check digits: numbers that their standards, banks and publishers give as examples."""

from __future__ import annotations

import pytest

from tenfold.reading.expected.check_digits import IBAN_DIGITS, iban, isbn, luhn, mod11, mod97

# the examples of the SWIFT IBAN registry
IBANS = """
AD1200012030200359100100 AE070331234567890123456 AT611904300234573201 BA391290079401028494
BE68539007547034 CH9300762011623852957 CR05015202001026284066 CY17002001280000001200527600
CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243 EE382200221020145685
ES9121000418450200051332 FI2112345600000785 FO6264600001631634 GL8964710001000206
GR1601101250000000012300695 HR1210010051863000160 HU42117730161111101800000000
IL620108000000099999999 IS140159260076545510730339 LT121000011101001000 LU280019400644750000
MC5811222000010123456789030 ME25505000012345678951 NO9386011117947 PL61109010140000071219812874
PT50000201231234567890154 RS35260005601001611379 SE4550000000058398257466 SI56263300012039086
SK3112000000198742637541 TN5910006035183598478831 TR330006100519786457841326 XK051212012345678906
"""


def one_off(number: str) -> str:
    """The number with another last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("number", IBANS.split())
def test_an_iban_is_told_with_and_without_its_letters(number: str) -> None:
    country, digits = number[:2], number[2:]
    for text in (number, digits, f"{digits[:4]}-{digits[4:]}"):
        assert iban(text)
        assert iban(text, country)
    assert len(digits) == IBAN_DIGITS[country]
    assert not iban(one_off(digits), country)
    assert not iban(digits[:-1], country)


def test_an_iban_of_letters_is_one_only_whole() -> None:
    assert iban("GB29NWBK60161331926819")
    assert not iban("GB30NWBK60161331926819")
    assert not iban("GB29NWBK60161331926819", "DE")


@pytest.mark.parametrize(
    ("holds", "number"),
    [
        (isbn, "9783161484100"),
        (isbn, "978-3-16-148410-0"),
        (isbn, "0306406152"),
        (luhn, "4111111111111111"),
        (luhn, "79927398713"),
        (mod11, "12345678903"),  # 195 by the weights, so 3 is missing to 198 = 18 x 11
        (mod11, "00000019"),  # 2 x 1, so 9 is missing to 11
        (mod97, "79444"),  # 819 x 97 + 1
    ],
)
def test_a_right_number_is_taken_and_one_digit_off_is_not(holds, number: str) -> None:
    assert holds(number)
    assert not holds(one_off(number))


@pytest.mark.parametrize("holds", [isbn, luhn, mod11, mod97, iban])
@pytest.mark.parametrize("text", ["", "-", "7", "12.50", "4-", "x", "²", "٣٣٣٣", "9" * 5000])
def test_what_has_no_check_digit_is_not_taken_and_is_no_fault(holds, text: str) -> None:
    assert holds(text) is False


def test_978_begins_a_book() -> None:
    assert not isbn("4006381333931")  # a right article number of 13 digits
