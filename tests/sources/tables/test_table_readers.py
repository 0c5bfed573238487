"""Files and folders of tables and arrays: which reader each gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.sources.tables.table_readers import file_readers, folder_hint, folder_readers

DIGITS = drawn_digits(12)


def write(path: Path, *, rows: int = 12, labelled: bool = True) -> Path:
    path.write_text(csv_text(drawn_digits(rows), labelled=labelled))
    return path


def rows_of(folder: Path) -> dict[str, int]:
    return {split: len(read()[0]) for split, read in folder_readers(str(folder)).items()}


def test_a_table_is_read_with_its_labels(tmp_path: Path) -> None:
    digits, _ = file_readers(str(write(tmp_path / "a.csv")))["file"]()
    assert digits.labelled().tolist() == DIGITS.labelled().tolist()


def test_labels_of_a_file_beside_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "x_train.csv", labelled=False)
    labels = tmp_path / "y_train.csv"
    labels.write_text("\n".join(map(str, DIGITS.labelled())) + "\n")
    digits, notes = file_readers(str(path))["file"]()
    assert digits.labelled().tolist() == DIGITS.labelled().tolist()
    assert any(f"labels from {labels}" in note for note in notes)
    assert not any("no labels" in note for note in notes)


def test_arrays_are_read_by_their_content(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", DIGITS.images)
    (read,) = file_readers(str(tmp_path / "x.npy")).values()
    np.testing.assert_array_equal(read()[0].images, DIGITS.images)


@pytest.mark.parametrize(
    "names",
    [("mnist_train.csv", "mnist_test.csv"), ("usps", "usps.t"), ("a-train.txt", "a-test.txt")],
)
def test_a_pair_in_a_folder_is_train_and_test(tmp_path: Path, names: tuple[str, str]) -> None:
    for name, rows in zip(names, (12, 5), strict=True):
        if name.startswith("usps"):
            (tmp_path / name).write_text("7 1:0.5 256:-1\n" * rows)
        else:
            write(tmp_path / name, rows=rows)
    assert rows_of(tmp_path) == {"train": 12, "test": 5}


def test_a_single_table_of_a_folder_is_left_to_the_user(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv")
    assert folder_readers(str(tmp_path)) == {}
    assert folder_hint(str(tmp_path)) == f"give the file that you mean, such as {path}"


def test_a_folder_without_tables_has_another_hint(tmp_path: Path) -> None:
    (tmp_path / "letter.doc").touch()
    assert "Kaggle's zip" in folder_hint(str(tmp_path))


def test_parts_of_parquet_are_joined_in_natural_order(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="reading Parquet needs the 'parquet' extra")
    import pyarrow.parquet as pq

    (tmp_path / "data").mkdir()
    for part in (10, 2):
        label = pa.array([part % 10] * 3)
        table = pa.table({"image": [[part] * 784] * 3, "label": label})
        pq.write_table(table, tmp_path / "data" / f"train-{part}-of-99.parquet")
    digits, _ = folder_readers(str(tmp_path))["train"]()
    assert digits.labelled().tolist() == [2, 2, 2, 0, 0, 0]
    assert digits.images[:, 0, 0].tolist() == [2, 2, 2, 10, 10, 10]
