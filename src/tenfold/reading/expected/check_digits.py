"""Check digits of numbers that people write: bank cards, books, accounts, references."""

from __future__ import annotations

import re
from collections.abc import Sequence

DIGITS_MAX = 1000  # Python refuses to make a number of 4,301
MOD11_WEIGHTS = (2, 3, 4, 5, 6, 7)  # from the right, before the check digit, and again from 2
BOOKLAND = ("978", "979")  # with which an ISBN of 13 digits begins
IBAN = re.compile(r"([A-Z]{2})([0-9]{2})([A-Z0-9]{11,30})")
# Digits after the two letters, for countries whose account numbers are digits in the SWIFT IBAN
# registry, or mostly are (FR, CH, LI, LU, MC, TR, GR, CY).
IBAN_DIGITS = {
    "AD": 22, "AE": 21, "AT": 18, "BA": 18, "BE": 14, "CH": 19, "CR": 20, "CY": 26, "CZ": 22,
    "DE": 20, "DK": 16, "EE": 18, "ES": 22, "FI": 16, "FO": 16, "FR": 25, "GL": 16, "GR": 25,
    "HR": 19, "HU": 26, "IL": 21, "IS": 24, "LI": 19, "LT": 18, "LU": 18, "MC": 25, "ME": 20,
    "NO": 13, "PL": 26, "PT": 23, "RS": 20, "SE": 22, "SI": 17, "SK": 22, "TN": 22, "TR": 24,
    "XK": 18,
}  # fmt: skip


def digits_of(text: str) -> list[int] | None:
    """The digits of a text, hyphens left out; None where it holds anything else."""
    plain = text.replace("-", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > DIGITS_MAX:
        return None
    return [int(character) for character in plain]


def luhn(text: str) -> bool:
    """Whether the check digit of a bank card is right (H. P. Luhn, US patent 2,950,048).

    From the right, every second digit is doubled and replaced by the sum of its digits; the total
    is a multiple of ten.
    """
    digits = digits_of(text)
    if digits is None or len(digits) < 2:
        return False
    backwards = digits[::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in backwards[1::2]]
    return (sum(backwards[::2]) + sum(doubled)) % 10 == 0


def isbn(text: str) -> bool:
    """Whether it is the number of a book, of 10 or of 13 digits (ISO 2108). A check digit X is no
    digit, so that a number of 10 that ends in it never is."""
    digits = digits_of(text) or []
    if len(digits) == 10:
        return _weighed(digits, range(10, 0, -1)) % 11 == 0
    if len(digits) == 13 and text.replace("-", "").startswith(BOOKLAND):
        return _weighed(digits, (1, 3) * 7) % 10 == 0
    return False


def _weighed(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def mod11(text: str) -> bool:
    """Whether the last digit is the check digit modulo 11 with the weights 2 to 7 from the right,
    as many banks have it; 11 is written 0, and what would be 10 is not given out."""
    digits = digits_of(text)
    if digits is None or len(digits) < 2:
        return False
    *before, check = digits
    weights = MOD11_WEIGHTS * (len(before) // len(MOD11_WEIGHTS) + 1)
    return (_weighed(before[::-1], weights) + check) % 11 == 0


def mod97(text: str) -> bool:
    """Whether the number leaves 1 when divided by 97 (ISO 7064, MOD 97-10)."""
    digits = digits_of(text)
    return digits is not None and len(digits) > 2 and _mod97(digits) == 1


def _mod97(digits: Sequence[int]) -> int:
    return int("".join(map(str, digits))) % 97


def iban(text: str, country: str | None = None) -> bool:
    """Whether it is an account number with its check digits (ISO 13616).

    Digits alone are what follows the two letters of the country. Without a `country` they may be
    of any whose numbers are as long.
    """
    plain = text.replace("-", "").replace(" ", "")
    if whole := IBAN.fullmatch(plain):
        letters, check, account = whole.groups()
        named = country in (None, letters) and len(plain) - 2 == IBAN_DIGITS.get(
            letters, len(plain) - 2
        )
        return named and _is_iban(account, letters, check)
    if not plain.isascii() or not plain.isdigit():
        return False
    countries = [country] if country else list(IBAN_DIGITS)
    return any(
        len(plain) == IBAN_DIGITS[letters] and _is_iban(plain[2:], letters, plain[:2])
        for letters in countries
    )


def _is_iban(account: str, country: str, check: str) -> bool:
    # letters count as 10 to 35; check digits are 02 to 98
    numbers = "".join(str(int(character, 36)) for character in account + country + check)
    return 2 <= int(check) <= 98 and int(numbers) % 97 == 1
