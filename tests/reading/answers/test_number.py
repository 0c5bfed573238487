"""The answer as JSON."""

from __future__ import annotations

import json

import pytest

import tenfold
from conftest import NEEDS_PHOTO
from spaced_text import written
from tenfold.reading.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    return tenfold.load()


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
