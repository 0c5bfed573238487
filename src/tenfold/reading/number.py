"""The answer to a picture: a Reading of numbers of digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from tenfold.framing.frame import Tile
from tenfold.reading.found import Box, Pixels, Reason, Stage

UNSURE = "?"
PLACES = 6  # decimals of a probability in JSON

RejectReason = Literal["low_confidence", "not_a_digit", "cut_off"]
NumberReason = RejectReason | Literal["unexpected"]


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit of a reading.

    `digit` is None where there is a `reason` not to answer; `likeliest` would be the answer.
    `probability` is that of `likeliest` in `probabilities` float32 [10]. `is_digit` is the
    probability that `tile` uint8 [28, 28] shows a digit at all. `box` is in pixels of the picture.
    """

    digit: int | None
    probability: float
    probabilities: npt.NDArray[np.float32]
    is_digit: float
    box: Box
    tile: Tile
    reason: RejectReason | None
    likeliest: int
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "digit": self.digit,
            "probability": round(self.probability, PLACES),
            "probabilities": [round(float(p), PLACES) for p in self.probabilities],
            "box": list(self.box),
            "reason": self.reason,
        }


@dataclass(frozen=True, eq=False)
class Number:
    """Neighbouring digits. `text` has '?' for a digit without an answer; `probability` is that all
    digits are right; `alternatives` are (text, probability), the likeliest first. `unexpected`:
    nothing that it may be matches what is expected."""

    text: str
    probability: float
    alternatives: tuple[tuple[str, float], ...]
    digits: tuple[Digit, ...]
    unexpected: bool = False

    @property
    def reason(self) -> NumberReason | None:
        """Why the number is not sure; None where it is."""
        reasons = {digit.reason for digit in self.digits}
        for reason in ("cut_off", "low_confidence", "not_a_digit"):
            if reason in reasons:
                return reason
        return "unexpected" if self.unexpected else None

    @property
    def likeliest(self) -> str:
        """The likeliest text, without '?'."""
        real = (digit for digit in self.digits if digit.reason != "not_a_digit")
        return "".join(str(digit.likeliest) for digit in real)

    @property
    def box(self) -> Box:
        """The box around its digits, in pixels of the picture."""
        left, top, right, bottom = zip(*(digit.box for digit in self.digits), strict=True)
        return min(left), min(top), max(right), max(bottom)

    @property
    def is_number(self) -> bool:
        """Whether anything in it is a digit."""
        return any(digit.reason != "not_a_digit" for digit in self.digits)

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "probability": round(self.probability, PLACES),
            "reason": self.reason,
            "digits": [digit.to_json() for digit in self.digits],
        }


@dataclass(frozen=True, eq=False)
class Reading(Sequence[Digit]):
    """The answer to a picture: a sequence of its digits in reading order.

    In `text` a space separates numbers and '/' separates rows. `reason` says why there is nothing
    to read; `error` why the picture could not be opened. `width` and `height` are the picture's,
    turned as its EXIF orientation says; boxes are in these pixels. `page` counts from 1 among the
    `pages` of the file; it is None for a file that could not be opened. `picture` is the opened
    picture, uint8 [h, w] or [h, w, 3], where it was asked for; it may be smaller.
    """

    file: str
    rows: tuple[tuple[Number, ...], ...]
    reason: Reason | None
    notes: tuple[str, ...]
    error: str | None
    width: int
    height: int
    stages: tuple[Stage, ...] = ()
    page: int | None = 1
    pages: int = 1
    picture: Pixels | None = None

    @property
    def text(self) -> str:
        rows = (" ".join(n.text for n in row if n.is_number) for row in self.rows)
        return "/".join(row for row in rows if row)

    @property
    def digits(self) -> tuple[Digit, ...]:
        return tuple(digit for row in self.rows for number in row for digit in number.digits)

    def __len__(self) -> int:
        return len(self.digits)

    def __iter__(self) -> Iterator[Digit]:
        return iter(self.digits)

    @overload
    def __getitem__(self, index: int) -> Digit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Digit]: ...
    def __getitem__(self, index: int | slice) -> Digit | Sequence[Digit]:
        return self.digits[index]

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "page": self.page,
            "pages": self.pages,
            "text": self.text,
            "rows": [[number.to_json() for number in row] for row in self.rows],
            "reason": self.reason,
            "notes": list(self.notes),
            "error": self.error,
        }
