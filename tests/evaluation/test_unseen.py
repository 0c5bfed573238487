"""The rows that a model may be measured on."""

from __future__ import annotations

import dataclasses

import numpy as np

from conftest import MODEL_FACTS, SHIPPED_GRAPH, drawn_digits
from tenfold.digits import DataFile, Digits, join
from tenfold.digits.file_facts import FileFacts
from tenfold.evaluation.unseen import rows_to_measure
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.facts import ModelFacts
from tenfold.model_folder.rows_seen import RowsSeen

TRAINED, CHOSEN, NEW = (drawn_digits(10, seed) for seed in range(3))
MODEL = ModelFolder(
    "model",
    SHIPPED_GRAPH.read_bytes(),
    ModelFacts.from_json(MODEL_FACTS),
    RowsSeen.of([TRAINED], [CHOSEN]),
)


def test_new_rows_are_measured_and_seen_ones_left_out() -> None:
    rows, measured_on = rows_to_measure(MODEL, join([TRAINED, CHOSEN, NEW]))
    assert rows.tolist() == list(range(20, 30))
    assert (measured_on.kind, measured_on.rows, measured_on.of) == ("unseen", 10, 30)
    assert (measured_on.trained_on, measured_on.chosen_by) == (10, 10)


def test_without_new_rows_those_that_it_was_chosen_by_are_measured() -> None:
    rows, measured_on = rows_to_measure(MODEL, join([TRAINED, CHOSEN]))
    assert rows.tolist() == list(range(10, 20))
    assert (measured_on.kind, measured_on.rows) == ("chosen_by", 10)


def test_of_rows_that_it_was_trained_on_none_is_left() -> None:
    rows, measured_on = rows_to_measure(MODEL, TRAINED)
    assert len(rows) == measured_on.rows == 0


def test_without_hashes_the_files_say_whether_it_was_trained_on_them() -> None:
    file = DataFile("train.csv", "ab" * 32, 9, 10)
    lineage = dataclasses.replace(MODEL.facts.lineage, files=(FileFacts.of(file),))
    facts = dataclasses.replace(MODEL.facts, lineage=lineage)
    model = dataclasses.replace(MODEL, facts=facts, seen=None)
    same = Digits(NEW.images, NEW.labels, (file,))
    other = Digits(NEW.images, NEW.labels, (dataclasses.replace(file, sha256="cd" * 32),))
    for digits, kind in ((same, "same_files"), (other, "other_files")):
        rows, measured_on = rows_to_measure(model, digits)
        np.testing.assert_array_equal(rows, np.arange(10))
        assert measured_on.kind == kind
