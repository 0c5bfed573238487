"""Every form in which people have digits is read as the same Digits, or refused with a way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from command_line import call
from data_forms import FILES, PARQUET, TEXTS, Make, label_first, parquet_tables, text
from digit_content import ROWS
from tenfold.digits import Digits
from tenfold.sources import open_digits

KAGGLES = ("Kaggle's mnist-in-csv", "quoted header")  # what everybody has needs no note


def assert_same(found: Digits, digits: Digits) -> None:
    np.testing.assert_array_equal(found.images, digits.images)
    np.testing.assert_array_equal(found.labels, digits.labels)
    assert all(len(file.sha256) == 64 and file.size_bytes for file in found.files)


@pytest.mark.parametrize("form", TEXTS)
def test_a_table_of_text_is_understood(form: str, sample: Digits, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    content = TEXTS[form](sample)
    path.write_text(content, encoding="utf-8", newline="")
    source = open_digits(str(path))
    found = source.training_rows()
    assert_same(found, sample)
    assert source.notes or form in KAGGLES  # else nothing is understood in silence
    assert all(note.startswith(str(path)) for note in source.notes)
    lines = content.splitlines()
    first = found.place(0).removeprefix(f"{path}:")
    assert str(sample.labelled()[0]) in lines[int(first) - 1]
    last = int(found.place(ROWS - 1).removeprefix(f"{path}:"))
    assert last == len(content.rstrip().splitlines())


@pytest.mark.parametrize("form", FILES)
def test_a_file_or_folder_is_understood(form: str, sample: Digits, tmp_path: Path) -> None:
    make: Make = FILES[form]
    path = make(tmp_path, sample)
    assert_same(open_digits(str(path), ("train",)).training_rows(), sample)


@pytest.mark.parametrize("form", PARQUET)
def test_parquet_is_understood(form: str, sample: Digits, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the 'parquet' extra is missing")
    parquet.write_table(parquet_tables(sample)[form], tmp_path / "mine.parquet")
    assert_same(open_digits(str(tmp_path / "mine.parquet")).training_rows(), sample)


def test_parquet_pairs_in_a_folder_are_train_and_test(sample: Digits, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the 'parquet' extra is missing")
    (tmp_path / "data").mkdir()
    halves = sample.take(np.arange(20)), sample.take(np.arange(20, ROWS))
    for number, half in enumerate(halves):
        name = f"train-0000{number}-of-00002.parquet"
        parquet.write_table(parquet_tables(half)["Hugging Face"], tmp_path / "data" / name)
    parquet.write_table(
        parquet_tables(halves[1])["Hugging Face"], tmp_path / "data" / "test-00000-of-00001.parquet"
    )
    source = open_digits(str(tmp_path))
    assert_same(source.training_rows(), sample)
    assert_same(source.labelled_rows(), halves[1])


def test_train_and_test_of_one_file_differ_in_lineage(sample: Digits, tmp_path: Path) -> None:
    half = sample.take(np.arange(20))
    np.savez(
        tmp_path / "mnist.npz",
        x_train=sample.images,
        y_train=sample.labels,
        x_test=half.images,
        y_test=half.labels,
    )
    source = open_digits(str(tmp_path / "mnist.npz"))
    assert_same(source.labelled_rows(), half)
    hashes = [file.sha256 for part in (source.train, source.test) for file in part.files]
    assert len(set(hashes)) == 4


VERBS = ("check", "predict", "evaluate")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("form", ["no header, label first", "ARFF"])
def test_the_verbs_take_it(
    verb: str, form: str, sample: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.csv").write_text(TEXTS[form](sample))
    path = str(tmp_path / "mine.csv")
    arguments = {"check": [path], "predict": [path], "evaluate": ["mnist", "--data", path]}[verb]
    assert call(verb, *arguments) == 0
    told = capsys.readouterr()
    said = " ".join((told.err + told.out).split())  # `check` wraps lines
    assert f"label {'first' if 'first' in form else 'last'}, {ROWS} rows" in said
    assert verb != "predict" or len(told.out.splitlines()) == ROWS + 1


def test_an_option_decides_what_a_table_leaves_open(
    sample: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = np.column_stack([label_first(sample), sample.labelled()[::-1]])[:, [0, *range(2, 786)]]
    path = tmp_path / "mine.csv"
    path.write_text(text(table))
    assert call("predict", str(path)) == 2
    told = capsys.readouterr().err
    assert "column 1 and column 785 may both be the label" in told
    assert "--label first or --label last" in told
    assert call("predict", str(path), "--label", "last") == 0
    assert "label last" in capsys.readouterr().err
