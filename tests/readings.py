"""Readings made by hand, for what is done with them."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import numpy as np

from tenfold.reading.answers.answer import digit_of
from tenfold.reading.answers.number import Digit, Number, Reading
from tenfold.reading.detections import Box

TILE = np.zeros((28, 28), np.uint8)


def digit(
    likeliest: int,
    share: float,
    *,
    is_digit: float = 1.0,
    notes: tuple[str, ...] = (),
    box: Box = (10, 20, 30, 50),
) -> Digit:
    """A digit of this probability, unsure below 0.95."""
    probabilities = np.full(10, (1 - share) / 9, np.float32)
    probabilities[likeliest] = share
    return digit_of(TILE, probabilities, is_digit, box, 0.95, notes)


def number(*digits: Digit, unexpected: bool = False) -> Number:
    text = "".join("?" if d.digit is None else str(d.digit) for d in digits)
    return Number(text, 0.9, (("41", 0.0901), ("48", 0.0001)), digits, unexpected)


def reading(*rows: tuple[Number, ...], **fields) -> Reading:
    """A reading of a picture of 100 x 100 pixels."""
    defaults = {"file": "a.png", "reason": None, "notes": (), "error": None}
    return Reading(rows=rows, width=100, height=100, **{**defaults, **fields})


def drawing_in(page: str) -> str:
    """The SVG that a notebook's cell shows as a picture; it is well-formed."""
    drawn = base64.b64decode(page.partition("data:image/svg+xml;base64,")[2].partition('"')[0])
    ElementTree.fromstring(drawn)
    return drawn.decode()
