"""Answers of the server as JSON values."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from tenfold.reading.answers.number import PLACES, Digit, Reading


def readings_json(readings: Sequence[Reading], *, tiles: bool) -> dict[str, Any]:
    """JSON of one reading, or of several with the name of their file."""
    if len(readings) == 1:
        return reading_json(readings[0], tiles=tiles)
    return {
        "file": readings[0].file,
        "readings": [reading_json(reading, tiles=tiles) for reading in readings],
    }


def digits_json(digits: Sequence[Digit], *, tiles: bool) -> dict[str, Any]:
    """JSON of digits. `tiles`: with the tile that the model saw, and with its likeliest digit."""
    return {"digits": [_digit_json(digit, tiles) for digit in digits]}


def reading_json(reading: Reading, *, tiles: bool) -> dict[str, Any]:
    """JSON of `tenfold read --json`. `tiles`: as for `digits_json`, and the picture's size. A
    preview is written as base64."""
    answer = reading.to_json()
    if tiles:
        answer["rows"] = [
            [number.to_json() | digits_json(number.digits, tiles=True) for number in row]
            for row in reading.rows
        ]
        answer |= {"width": reading.width, "height": reading.height}
    if reading.preview:
        answer["picture"] = base64.b64encode(reading.preview).decode("ascii")
    return answer


def _digit_json(digit: Digit, tiles: bool) -> dict[str, Any]:
    answer = digit.to_json()
    if tiles:
        answer |= {
            "likeliest": digit.likeliest,
            "is_digit": round(digit.is_digit, PLACES),
            "tile": digit.tile.tolist(),
        }
    return answer
