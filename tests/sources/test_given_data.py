"""What is one source, and what is several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import drawn_digits
from tenfold.digits import Digits
from tenfold.sources import open_digits
from tenfold.sources.given_data import as_typed, sources_of

DIGITS = drawn_digits(20)
X, Y = DIGITS.images, DIGITS.labelled()


class Frame:
    """As much of a DataFrame as tells it from an array."""

    columns = ("label", "pixel0")

    def to_numpy(self) -> Any:
        return X


@pytest.mark.parametrize(
    "data",
    ["a.csv", X, (X, Y), ((X, Y), (X, Y)), list(X), X.tolist(), {"train": (X, Y)}, DIGITS, Frame()],
    ids=[
        "path",
        "array",
        "pair",
        "Keras",
        "list of images",
        "nested",
        "by name",
        "Digits",
        "frame",
    ],
)
def test_one_source_stays_one(data: Any) -> None:
    assert sources_of(data) == (data,) or sources_of(data)[0] is data
    assert len(sources_of(data)) == 1


@pytest.mark.parametrize(
    "data",
    [
        ("train.csv", "test.csv"),
        ["train.csv", (X, Y)],
        [(X, Y), (X, Y)],
        [DIGITS, open_digits(DIGITS)],
        (DIGITS, DIGITS),
        [Frame(), Frame()],
        [{"train": (X, Y)}, {"test": X}],
    ],
    ids=["paths", "path and pair", "pairs", "Digits", "tuple of Digits", "frames", "by name"],
)
def test_several_are_taken_apart(data: Any) -> None:
    parts = sources_of(data)
    assert len(parts) == 2
    assert all(part is given for part, given in zip(parts, data, strict=True))


@pytest.mark.parametrize("data", [None, (), []])
def test_nothing_is_no_source(data: Any) -> None:
    assert sources_of(data) == ()


def test_paths_become_text_as_they_were_typed() -> None:
    assert sources_of(Path("a/b.csv")) == ("a/b.csv",)
    assert sources_of([Path("a/b.csv"), "./c.csv"]) == ("a/b.csv", "./c.csv")
    assert as_typed(Path("a")) == as_typed([Path("a")]) == ("a",)


def test_all_ways_open_the_same_rows() -> None:
    for data in ((X, Y), [(X, Y)], Digits.of(X, Y)):
        (source,) = sources_of(data)
        assert len(open_digits(source).training_rows()) == 20
