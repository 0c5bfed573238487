"""The result of a search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tenfold.errors import DataError
from tenfold.framing.formats import WORKBOOK
from tenfold.reading.detections import (
    CUT,
    NO_TILES,
    Box,
    Cluster,
    Detections,
    FoundCharacter,
    FoundString,
    Span,
    Variant,
    detections_of_tile,
    failed_detections,
    has_digits,
    has_number,
    mass_of,
    shows_one_digit,
)


def found(*clusters: Cluster, side: int = 200) -> Detections:
    return Detections(NO_TILES, (clusters,), side, side)


def cluster(*notes: str, box: Box = (0, 0, 20, 30)) -> Cluster:
    return Cluster(1, (Span(0, 0, 0, box, notes=notes),))


def test_a_tile_is_one_span_over_all_of_it() -> None:
    tile = np.arange(784, dtype=np.uint8).reshape(28, 28)
    result = detections_of_tile(tile, file="a.png")
    np.testing.assert_array_equal(result.tiles[0], tile)
    assert result.rows[0][0].spans[0].box == (0, 0, 28, 28)
    assert shows_one_digit(result)


def test_one_cluster_that_is_not_cut_is_one_digit() -> None:
    assert shows_one_digit(found(cluster()))
    assert not shows_one_digit(found(cluster(), cluster()))
    assert not shows_one_digit(found(cluster(CUT)))
    assert not shows_one_digit(found())


def test_what_is_too_wide_or_too_tall_may_be_more_than_a_digit() -> None:
    assert not shows_one_digit(found(cluster(box=(0, 0, 40, 30))))
    assert not shows_one_digit(found(cluster(box=(0, 0, 20, 60))))  # a number on its side


def test_a_picture_of_a_digits_size_shows_one() -> None:
    assert shows_one_digit(found(cluster(), cluster(), side=40))


def test_an_error_does_not_repeat_the_file_and_the_page() -> None:
    problem = DataError("a.pdf: page 3: broken page", hint="save it again")
    result = failed_detections(problem, "a.pdf", 3, 9)
    assert result.error == "broken page (save it again)"
    assert (result.file, result.page, result.pages) == ("a.pdf", 3, 9)


def test_the_mass_of_a_form_is_that_of_all_its_strings() -> None:
    digits = np.full((2, 10), 0.0)
    digits[0, 1], digits[0, 7] = 0.8, 0.2
    digits[1, 2], digits[1, 3] = 0.5, 0.5
    assert mass_of(0.3, digits) == pytest.approx(0.3 / 0.4)
    assert mass_of(0.9, digits) == 1.0
    assert mass_of(0.25, np.zeros((0, 10))) == pytest.approx(0.25)


def test_strings_may_have_digits_and_clearly_a_number() -> None:
    def with_string(probability: float, count: int) -> Detections:
        characters = tuple(FoundCharacter("7", (0, 0, 9, 9), 0) for _ in range(count))
        variant = Variant(characters, probability, np.full((count, 10), 0.1))
        return replace(found(), strings=(FoundString(0, (variant,)),))

    assert not has_digits(found())
    assert not has_digits(with_string(0.9, 0))
    assert has_digits(with_string(0.1, 1))
    assert has_number(with_string(0.8, 2))
    assert not has_number(with_string(0.8, 1))
    assert not has_number(with_string(0.5, 2))


def test_the_error_of_data_has_no_code_in_its_line() -> None:
    """`tenfold read` has one line for a file; `tenfold check` prints code."""
    problem = DataError("a.xlsx: an Excel workbook", hint=WORKBOOK.remedy)
    error = failed_detections(problem, "a.xlsx").error
    assert error is not None
    assert "\n" not in error
    assert "if it holds rows of digits: tenfold check a.xlsx; of pictures: print it to PDF" in error
