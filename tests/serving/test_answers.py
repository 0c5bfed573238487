"""Answers of the server as JSON."""

from __future__ import annotations

import json

from readings import digit, number, reading
from tenfold.serving.answers import digits_json, reading_json, readings_json

SEVEN = digit(7, 0.99)


def test_one_reading_is_an_object_and_several_are_a_list_with_their_file() -> None:
    page = reading((number(SEVEN),), file="a.pdf", pages=2)
    assert readings_json([page], tiles=False) == reading_json(page, tiles=False)
    several = readings_json([page, page], tiles=False)
    assert several["file"] == "a.pdf"
    assert len(several["readings"]) == 2


def test_tiles_come_where_they_are_asked_for() -> None:
    page = reading((number(SEVEN),))
    plain, full = reading_json(page, tiles=False), reading_json(page, tiles=True)
    assert "tile" not in plain["rows"][0][0]["digits"][0]
    assert (full["width"], full["height"]) == (100, 100)
    shown = full["rows"][0][0]["digits"][0]
    assert shown["likeliest"] == 7
    assert len(shown["tile"]) == 28
    assert plain["text"] == full["text"] == "7"


def test_every_value_is_json() -> None:
    answer = digits_json([SEVEN, digit(3, 0.5)], tiles=True)
    first, second = json.loads(json.dumps(answer))["digits"]
    assert first["digit"] == 7
    assert second["digit"] is None
    assert second["reason"] == "low_confidence"
