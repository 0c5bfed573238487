"""The answer as JSON."""

from __future__ import annotations

import json

from spaced_text import written
from tenfold.reading.reader import Reader


def test_json_lines_hold_what_was_read(reader: Reader) -> None:
    answer = json.loads(json.dumps(reader(written("25")).to_json()))
    assert list(answer) == [
        "file", "page", "pages", "text", "rows", "reason", "turn", "cells", "notes", "error",
    ]  # fmt: skip
    number = answer["rows"][0][0]
    names = [
        "text", "written", "likeliest", "probability", "alternatives", "reason", "box", "digits",
        "marks",
    ]  # fmt: skip
    assert list(number) == names
    digit = ["digit", "probability", "probabilities", "box", "reason", "notes"]
    assert list(number["digits"][0]) == digit
