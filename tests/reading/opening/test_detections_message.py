"""What was found, as a message between processes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tenfold.reading.detections import (
    Cell,
    FoundCharacter,
    FoundString,
    PlaceInGrid,
    Variant,
    detections_of_tile,
)
from tenfold.reading.opening.detections_message import detections_of, message_of
from tenfold.reading.opening.opening import find


def test_a_message_of_other_sizes_than_it_says_is_no_answer() -> None:
    header, body = message_of(find(Image.new("L", (9, 9))))
    with pytest.raises(ValueError, match="buffer"):
        detections_of(header | {"tiles": 3}, body)


def strings_of(tile: int) -> tuple[FoundString, ...]:
    characters = (
        FoundCharacter("7", (1, 2, 9, 30), tile, ("thinned 0.8x",)),
        FoundCharacter(".", (9, 25, 11, 30)),
    )
    digits = np.full((1, 10), 0.1)
    return (FoundString(2, (Variant(characters, 0.9, digits),), ("curved",)),)


def test_strings_survive_the_message() -> None:
    cells = (Cell(PlaceInGrid(0, 1, 3), (1, 2, 30, 40), True),)
    tile = detections_of_tile(np.ones((28, 28), np.uint8))
    found = replace(tile, strings=strings_of(0), cells=cells, turn=180)
    header, body = message_of(found)
    again = detections_of(json.loads(json.dumps(header)), body)
    assert (again.cells, again.turn) == (cells, 180)
    assert again.strings is not None
    (string,), (expected,) = again.strings, strings_of(0)
    assert (string.row, string.notes) == (expected.row, expected.notes)
    assert string.variants[0].characters == expected.variants[0].characters
    assert np.array_equal(string.variants[0].digits, expected.variants[0].digits)


@pytest.mark.parametrize("damage", ["tile", "symbol", "share", "probability", "count"])
def test_strings_that_are_none_are_refused(damage: str) -> None:
    found = replace(detections_of_tile(np.ones((28, 28), np.uint8)), strings=strings_of(0))
    header, body = message_of(found)
    header = json.loads(json.dumps(header))
    variant = header["strings"][0][1][0]
    if damage == "tile":
        variant[0][0][2] = 1
    elif damage == "symbol":
        variant[0][0][0] = "x"
    elif damage == "share":
        variant[2][0][0] = -1
    elif damage == "probability":
        variant[1] = 2
    else:
        variant[2] = []
    with pytest.raises(ValueError, match=r"."):
        detections_of(header, body)
