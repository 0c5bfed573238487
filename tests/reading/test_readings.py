"""Readings one after another, and in a notebook's cell."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from readings import digit, number, reading
from tenfold.reading.answers.number import Reading
from tenfold.reading.readings import SHOWN_MAX, Readings


def some(count: int, asked: list[int], **fields: int) -> Generator[Reading, None, None]:
    for n in range(count):
        asked.append(n)
        yield reading((number(digit(7, 0.99)),), file=f"{n}.png", **fields)


def test_a_picture_is_read_when_it_is_asked_for() -> None:
    asked: list[int] = []
    readings = Readings(some(5, asked))
    assert asked == []
    assert next(readings).file == "0.png"
    assert asked == [0]


def test_a_cell_shows_the_first_and_takes_none_away() -> None:
    asked: list[int] = []
    readings = Readings(some(SHOWN_MAX + 3, asked))
    shown = readings._repr_html_()
    assert len(asked) == SHOWN_MAX + 1
    assert f"{SHOWN_MAX - 1}.png" in shown
    assert f"{SHOWN_MAX}.png" not in shown
    assert "and more" in shown
    assert readings._repr_html_() == shown
    assert [found.file for found in readings] == [f"{n}.png" for n in range(SHOWN_MAX + 3)]
    assert "no more readings" in readings._repr_html_()


@pytest.mark.parametrize(("count", "named"), [(1, False), (2, True)])
def test_files_are_named_where_there_are_several(count: int, named: bool) -> None:
    shown = Readings(some(count, [], page=2, pages=3))._repr_html_()
    assert ("0.png, page 2" in shown) == named
    assert "and more" not in shown


def test_what_was_closed_reads_no_more() -> None:
    asked: list[int] = []
    readings = Readings(some(3, asked))
    readings._repr_html_()
    readings.close()
    assert list(readings) == []
