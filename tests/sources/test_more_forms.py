"""Forms that people came with later: read, or refused with a remedy that works."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_forms import flat, label_first, text
from digit_content import content
from more_forms import READ, REFUSED
from picture_folders import save
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import open_digits

pytest.importorskip("pandas")


def refusal(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        open_digits(str(path))
    return caught.value


@pytest.mark.parametrize("form", READ)
def test_it_is_read(form: str, sample: Digits, tmp_path: Path) -> None:
    if "Parquet" in form:
        pytest.importorskip("pyarrow")
    source = open_digits(str(READ[form](tmp_path, sample)))
    assert content(source.training_rows()) == content(sample)
    assert len(set(source.notes)) == len(source.notes)


@pytest.mark.filterwarnings("ignore")  # of code that leaves files open, as notebooks do
@pytest.mark.parametrize("form", REFUSED)
def test_it_is_refused_and_the_remedy_works(
    form: str, sample: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "Parquet" in form:
        pytest.importorskip("pyarrow")
    make, said = REFUSED[form]
    path = make(tmp_path, sample)
    error = refusal(path)
    assert said in error.message
    code = [line.strip() for line in error.hint.splitlines() if line.startswith("  ")][:2]
    monkeypatch.chdir(tmp_path)
    exec("\n".join(code).replace("'FILE'", repr(path.name)), {})
    (other,) = tmp_path.glob("OTHER.*")
    found = open_digits(str(other))
    if found.train is None:  # images alone
        np.testing.assert_array_equal(found.rows_to_predict().images, sample.images)
    else:
        assert content(found.train) == content(sample)


def test_whole_numbers_0_and_1_are_scaled_in_kaggles_layout_too(
    sample: Digits, tmp_path: Path
) -> None:
    ink = Digits((sample.images > 127).astype(np.uint8), sample.labels)
    names = ["label", *(f"pixel{i}" for i in range(784))]
    (tmp_path / "mine.csv").write_text(text(label_first(ink), names))
    source = open_digits(str(tmp_path / "mine.csv"))
    np.testing.assert_array_equal(source.training_rows().images, ink.images * 255)
    assert source.notes == (f"{tmp_path / 'mine.csv'}: pixels 0 and 1, scaled to 0..255",)


def test_libsvms_columns_from_0_are_said(sample: Digits, tmp_path: Path) -> None:
    source = open_digits(str(READ["LIBSVM, columns from 0"](tmp_path, sample)))
    assert "columns counted from 0" in source.notes[0]
    (tmp_path / "MORE").mkdir()
    source = open_digits(str(READ["LIBSVM, with comments"](tmp_path / "MORE", sample)))
    assert "counted" not in source.notes[0]


def test_the_only_file_of_a_folder_is_said(sample: Digits, tmp_path: Path) -> None:
    folder = READ["a folder with one table"](tmp_path, sample)
    assert open_digits(str(folder)).notes[0] == (
        f"{folder}: read mnist_784.csv, its only file of data"
    )


def test_folders_whose_names_say_no_digit_are_named(sample: Digits, tmp_path: Path) -> None:
    """As in Chars74K, where Sample001 is the zero."""
    for row, label in enumerate(sample.labelled().tolist()):
        save(sample, row, tmp_path / f"Sample{label + 1:03}" / f"{row}.png")
    error = refusal(tmp_path)
    assert "Sample001, Sample002, Sample003, ..., say no digits by their names" in error.message
    for label in range(10):
        (tmp_path / f"Sample{label + 1:03}").rename(tmp_path / str(label))
    assert content(open_digits(str(tmp_path)).training_rows()) == content(sample)


def test_a_table_of_pictures_that_are_elsewhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "digits.csv").write_text("filename,label\n1.png,1\n2.png,2\n")
    assert "names pictures, such as 2.png, that are not beside it" in refusal(
        tmp_path / "digits.csv"
    ).message  # fmt: skip


def test_labels_without_names_do_not_label_pictures(sample: Digits, tmp_path: Path) -> None:
    save(sample, 0, tmp_path / "images" / "a.png")
    (tmp_path / "labels.txt").write_text("0\n")
    error = refusal(tmp_path)
    assert "holds pictures in images, and no labels for them" in error.message
    (tmp_path / "labels.csv").write_text("filename,label\na.png,0\n")
    assert open_digits(str(tmp_path)).training_rows().labelled().tolist() == [0]


def test_pixels_alone_have_no_label_of_zeros(sample: Digits, tmp_path: Path) -> None:
    """A last column of zeros is a margin, and no label, where the first holds other classes."""
    letters = np.column_stack([sample.labelled() + 10, flat(sample)])
    (tmp_path / "letters.csv").write_text(text(letters))
    assert "can be the label" in refusal(tmp_path / "letters.csv").message
