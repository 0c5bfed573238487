"""Which table is for training, and which for test."""

from __future__ import annotations

import pytest

from tenfold.errors import DataError
from tenfold.sources.tables.names import is_table_name, table_splits


@pytest.mark.parametrize(
    "name", ["a.csv", "A.CSV.gz", "b.tsv.xz", "c.txt", "d/e.arff", "usps.data"]
)
def test_tables_are_known_by_their_endings(name: str) -> None:
    assert is_table_name(name)


@pytest.mark.parametrize("name", ["a.png", ".hidden.csv", "a.csv.zip", "README"])
def test_other_files_are_none(name: str) -> None:
    assert not is_table_name(name)


def test_names_say_which_is_which() -> None:
    names = ["README.md", "mnist_test.csv", "mnist_train.csv", "sample_submission.csv"]
    assert table_splits(names, "x") == {"train": "mnist_train.csv", "test": "mnist_test.csv"}


def test_a_single_table_may_have_any_name() -> None:
    assert table_splits(["a.csv", "b.png"], "x") == {"file": "a.csv"}
    assert table_splits(["sample_submission.csv"], "x") == {}


def test_two_for_training_are_not_guessed_between() -> None:
    with pytest.raises(DataError, match=r"a_train\.csv, b_train\.csv may all be the table"):
        table_splits(["a_train.csv", "b_train.csv"], "x")
