"""What is written on a strip: digits and marks as people write numbers."""

from __future__ import annotations

import numpy as np

OTHER, SPACE = "?", " "
CHARACTERS = "0123456789.,-/:=?"  # class 1 onwards; class 0 is the blank of CTC


def random_text(rng: np.random.Generator) -> str:
    """A number as text: digits, marks, OTHER for a letter or sign, SPACE for a wide gap."""
    makers = (_digits, _amount, _with_noughts, _date, _decimal, _sum, _spaced, _odd)
    shares = (0.38, 0.22, 0.12, 0.06, 0.07, 0.04, 0.06, 0.05)
    return makers[int(rng.choice(len(makers), p=shares))](rng)


def random_amount(rng: np.random.Generator) -> str:
    """An amount as cheques have it: digits and marks, no letters."""
    makers = (_digits, _amount, _with_noughts)
    return makers[int(rng.choice(len(makers), p=(0.2, 0.55, 0.25)))](rng)


def _some(rng: np.random.Generator, count: int) -> str:
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def _digits(rng: np.random.Generator) -> str:
    count = 1 + int(rng.poisson(4)) if rng.random() < 0.9 else int(rng.integers(9, 18))
    if rng.random() < 0.12:  # one digit again and again
        return str(rng.integers(10)) * min(count, 9)
    if rng.random() < 0.1:
        return "".join(str(digit) for digit in rng.choice([1, 7, 4, 0], count))
    return _some(rng, count)


def _amount(rng: np.random.Generator) -> str:
    number = int(10 ** rng.uniform(1.5, 6.5))
    if rng.random() < 0.35:
        number -= number % 10 ** int(rng.integers(1, 5))
        number = number or 1000
    separator = str(rng.choice([".", ".", ",", "", ""]))
    text = f"{number:,}".replace(",", separator)
    endings = ["", "", "", ".", "-", ".-", "=", ".=", "/-", "-", ",-", "--", ".00", ",00"]
    return text + str(rng.choice(endings))


def _with_noughts(rng: np.random.Generator) -> str:
    noughts = int(rng.integers(2, 6))
    text = _some(rng, int(rng.integers(1, 4))) + "0" * noughts
    if rng.random() < 0.5 and noughts >= 3:
        text = text[:-3] + "." + text[-3:]
    return text + str(rng.choice(["", "", ".", "-", ".-", "="]))


def _date(rng: np.random.Generator) -> str:
    mark = str(rng.choice(["/", "/", ".", "-", ":"]))
    day, month, year = rng.integers(1, 32), rng.integers(1, 13), rng.integers(0, 100)
    if mark == ":":
        return f"{rng.integers(24)}:{rng.integers(60):02}"
    full = f"{rng.choice(['19', '20'])}{year:02}" if rng.random() < 0.5 else f"{year:02}"
    padded = rng.random() < 0.6
    return f"{day:02}{mark}{month:02}{mark}{full}" if padded else f"{day}{mark}{month}{mark}{full}"


def _decimal(rng: np.random.Generator) -> str:
    sign = "-" if rng.random() < 0.35 else ""
    whole = _some(rng, int(rng.integers(1, 5)))
    if rng.random() < 0.35:
        return sign + whole
    return sign + whole + str(rng.choice([".", ","])) + _some(rng, int(rng.integers(1, 4)))


def _sum(rng: np.random.Generator) -> str:
    signs = [OTHER, OTHER, OTHER, "-", ":", "/"]
    text = _some(rng, int(rng.integers(1, 4)))
    for _ in range(int(rng.integers(1, 4))):
        gap = SPACE if rng.random() < 0.6 else ""
        text += gap + str(rng.choice(signs)) + gap + _some(rng, int(rng.integers(1, 3)))
    return text + (" = " + _some(rng, 2) if rng.random() < 0.2 else "")


def _spaced(rng: np.random.Generator) -> str:
    groups = [_some(rng, int(rng.integers(1, 5))) for _ in range(int(rng.integers(2, 6)))]
    return SPACE.join(groups)


def _odd(rng: np.random.Generator) -> str:
    draw = rng.random()
    if draw < 0.3:
        return OTHER
    if draw < 0.55:
        return OTHER + str(rng.choice(["", SPACE])) + _some(rng, int(rng.integers(1, 7)))
    if draw < 0.8:
        return _some(rng, int(rng.integers(1, 7))) + str(rng.choice(["", SPACE])) + OTHER
    return OTHER + SPACE + _some(rng, int(rng.integers(1, 5))) + SPACE + OTHER
