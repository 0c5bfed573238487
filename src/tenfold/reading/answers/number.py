"""The answer to a picture: a Reading of numbers of digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from tenfold.framing.frame import Tile
from tenfold.reading.detections import Box, Cell, Pixels, PlaceInGrid, Reason, Stage

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
    `cell` is the box or cell in which it stands, where there is one.
    """

    digit: int | None
    probability: float
    probabilities: npt.NDArray[np.float32] = field(repr=False)
    is_digit: float
    box: Box
    tile: Tile = field(repr=False)
    reason: RejectReason | None
    likeliest: int
    notes: tuple[str, ...] = ()
    cell: PlaceInGrid | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "digit": self.digit,
            "probability": round(self.probability, PLACES),
            "probabilities": [round(float(p), PLACES) for p in self.probabilities],
            "box": list(self.box),
            "reason": self.reason,
            "notes": list(self.notes),
            **({} if self.cell is None else {"cell": self.cell._asdict()}),
        }


@dataclass(frozen=True)
class Mark:
    """A mark that belongs to a number, such as a full stop: it stands after `after` digits."""

    symbol: str
    after: int
    box: Box

    def to_json(self) -> dict[str, Any]:
        return {"mark": self.symbol, "after": self.after, "box": list(self.box)}


@dataclass(frozen=True, eq=False)
class Number:
    """Neighbouring digits. `text` has '?' for a digit without an answer, and the marks if they were
    asked for; `written` always has them. `probability` is that all digits are right;
    `alternatives` are (text, probability), the likeliest first. `unexpected`: nothing that it may
    be matches what is expected. `unsure_marks`: its digits are sure, and its marks, which were
    asked for, are not."""

    text: str
    probability: float
    alternatives: tuple[tuple[str, float], ...]
    digits: tuple[Digit, ...]
    unexpected: bool = False
    marks: tuple[Mark, ...] = ()
    unsure_marks: bool = False

    @property
    def reason(self) -> NumberReason | None:
        """Why the number is not sure; None where it is."""
        reasons = {digit.reason for digit in self.digits}
        for reason in ("cut_off", "low_confidence", "not_a_digit"):
            if reason in reasons:
                return reason
        if self.unexpected:
            return "unexpected"
        return "low_confidence" if self.unsure_marks else None

    @property
    def likeliest(self) -> str:
        """The likeliest text, without '?', with marks where `text` has them."""
        places = [
            "" if digit.reason == "not_a_digit" else str(digit.likeliest) for digit in self.digits
        ]
        for mark in reversed(self.marks) if self.text == self.written else ():
            places.insert(mark.after, mark.symbol)
        return "".join(places)

    @property
    def written(self) -> str:
        """The digits and the marks as they stand."""
        return text_of(self.digits, self.marks)

    @property
    def box(self) -> Box:
        """The box around its digits and marks, in pixels of the picture."""
        boxes = [digit.box for digit in self.digits] + [mark.box for mark in self.marks]
        left, top, right, bottom = zip(*boxes, strict=True)
        return min(left), min(top), max(right), max(bottom)

    @property
    def is_number(self) -> bool:
        """Whether anything in it is a digit."""
        return any(digit.reason != "not_a_digit" for digit in self.digits)

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "written": self.written,
            "likeliest": self.likeliest,
            "probability": round(self.probability, PLACES),
            "alternatives": [
                {"text": text, "probability": round(share, PLACES)}
                for text, share in self.alternatives
            ],
            "reason": self.reason,
            "box": list(self.box),
            "digits": [digit.to_json() for digit in self.digits],
            "marks": [mark.to_json() for mark in self.marks],
        }


def text_of(digits: Sequence[Digit], marks: Sequence[Mark] = ()) -> str:
    """The text of digits, '?' for one without an answer, with marks where they stand."""
    texts = [UNSURE if digit.digit is None else str(digit.digit) for digit in digits]
    for mark in reversed(marks):
        texts.insert(mark.after, mark.symbol)
    return "".join(texts)


def doubted(number: Number, note: str, *, with_marks: bool = False) -> Number:
    """The number, not sure of any digit, for the reason of `note`."""
    digits = tuple(
        digit
        if digit.reason is not None
        else replace(digit, digit=None, reason="low_confidence", notes=(*digit.notes, note))
        for digit in number.digits
    )
    return replace(number, digits=digits, text=text_of(digits, number.marks if with_marks else ()))


@dataclass(frozen=True, eq=False)
class Reading(Sequence[Digit]):
    """The answer to a picture: a sequence of its digits in reading order.

    In `text` a space separates numbers and '/' separates rows. `reason` says why there is nothing
    to read; `error` why the picture could not be opened. `width` and `height` are the picture's,
    turned as its EXIF orientation says; boxes are in these pixels. `turn` is the angle in degrees
    by which it was turned clockwise to be read. `page` counts from 1 among the `pages` of the file;
    it is None for a file that could not be opened. `picture` is the opened picture, uint8 [h, w] or
    [h, w, 3], before that turn, where it was asked for; it may be smaller. `cells` are the boxes
    and cells around the numbers, the empty ones too. `preview` is a small JPEG of the picture,
    where it was asked for.
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
    turn: int = 0
    cells: tuple[Cell, ...] = ()
    preview: bytes = b""

    def __repr__(self) -> str:
        said = f"error={self.error!r}" if self.error is not None else f"text={self.text!r}"
        return f"Reading({self.file!r}, {said}, {len(self.digits)} digits)"

    @property
    def text(self) -> str:
        rows = (" ".join(n.text for n in row if n.is_number) for row in self.rows)
        return "/".join(row for row in rows if row)

    @property
    def digits(self) -> tuple[Digit, ...]:
        return tuple(digit for row in self.rows for number in row for digit in number.digits)

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: the text, and boxes on the picture."""
        from tenfold.reading.reading_html import reading_html

        return reading_html(self)

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
            "turn": self.turn,
            "cells": [
                {**cell.place._asdict(), "box": list(cell.box), "empty": cell.is_empty}
                for cell in self.cells
            ],
            "notes": list(self.notes),
            "error": self.error,
        }
