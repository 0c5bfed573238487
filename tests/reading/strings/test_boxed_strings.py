"""Strings of boxes side by side."""

import numpy as np
import pytest

from tenfold.reading.detections import FoundCharacter, FoundString, PlaceInGrid, Variant
from tenfold.reading.strings.boxed_strings import joined_in_boxes


def string(text, probability=0.75, *others):
    variants = [_variant(text, probability), *(_variant(t, p) for t, p in others)]
    return FoundString(2, tuple(variants), score=0.5, other=0.25)


def _variant(text, probability):
    characters = tuple(FoundCharacter(symbol, (0, 0, 9, 9), 0) for symbol in text)
    return Variant(characters, probability, np.eye(10)[[int(d) for d in text if d.isdigit()]])


def box(column, row=0):
    return PlaceInGrid(0, row, column)


def texts(found):
    return ["".join(c.symbol for c in f.variants[0].characters) for f in found]


def test_neighbouring_boxes_make_one_number_with_the_product_of_their_probabilities():
    (number,) = joined_in_boxes([(string("4"), box(0)), (string("7"), box(1))])
    assert texts([number]) == ["47"]
    assert number.variants[0].probability == pytest.approx(0.5625)
    assert number.variants[0].digits.argmax(axis=1).tolist() == [4, 7]
    assert (number.row, number.score, number.other) == (2, 0.5, 0.25)


def test_an_empty_box_another_row_and_no_box_part_numbers():
    strings = [
        (string("1"), box(0)),
        (string("2"), box(2)),
        (string("3"), box(3, row=1)),
        (string("45"), None),
        (string("6"), None),
    ]
    assert texts(joined_in_boxes(strings)) == ["1", "2", "3", "45", "6"]


def test_variants_are_the_likeliest_combinations():
    unsure = string("4", 0.5, ("41", 0.25))
    (number,) = joined_in_boxes([(unsure, box(0)), (string("7", 0.5), box(1))])
    assert [v.probability for v in number.variants] == [0.25, 0.125]
    assert [len(v.characters) for v in number.variants] == [2, 3]
