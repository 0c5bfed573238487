from __future__ import annotations

import bz2
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.errors import DataError
from tenfold.framing import frame_ink
from tenfold.sources import open_digits

SMALL = np.random.default_rng(0).integers(0, 21, (30, 16, 16)) / 10 - 1  # -1..1 in tenths
SMALL[:, 0] = -1
USPS_LABELS = np.arange(30) % 10 + 1


def usps_text(labels: np.ndarray = USPS_LABELS) -> str:
    """As libsvm's page has it: zeros are left out."""
    rows = []
    for label, image in zip(labels, SMALL.reshape(-1, 256), strict=True):
        cells = [f"{at}:{value:.6g}" for at, value in enumerate(image, 1) if value]
        rows.append(" ".join([str(label), *cells, ""]))
    return "\n".join(rows) + "\n"


def refusal(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        open_digits(str(path))
    return caught.value


def test_usps_is_framed_and_its_labels_count_from_one(tmp_path: Path) -> None:
    (tmp_path / "usps.bz2").write_bytes(bz2.compress(usps_text().encode()))
    source = open_digits(str(tmp_path / "usps.bz2"))
    found = source.training_rows()
    np.testing.assert_array_equal(found.labels, USPS_LABELS - 1)
    for image, small in zip(found.images, SMALL, strict=True):
        levels = np.rint((small + 1) / 2 * 255).astype(np.uint8)
        np.testing.assert_array_equal(image, frame_ink(levels))
    assert "30 images of 16 x 16 framed, labels counted from 1" in source.notes[0]
    assert found.place(3) == f"{tmp_path / 'usps.bz2'}:4"


def test_usps_in_a_folder_has_training_and_test_rows(tmp_path: Path) -> None:
    (tmp_path / "usps").write_text(usps_text())
    (tmp_path / "usps.t").write_text(usps_text()[: usps_text().index("\n") + 1])
    source = open_digits(str(tmp_path))
    assert (len(source.training_rows()), len(source.labelled_rows())) == (30, 1)


def test_mnist_in_libsvms_text_is_taken_as_it_is(tmp_path: Path) -> None:
    digits = drawn_digits(20)
    rows = []
    for label, image in zip(digits.labelled(), digits.images.reshape(20, -1), strict=True):
        rows.append(f"{label}" + "".join(f" {i}:{v}" for i, v in enumerate(image, 1) if v))
    (tmp_path / "mnist").write_text("\n".join(rows))
    found = open_digits(str(tmp_path / "mnist")).training_rows()
    np.testing.assert_array_equal(found.images, digits.images)
    np.testing.assert_array_equal(found.labels, digits.labels)


def test_ten_may_be_zero_or_nine_and_is_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    digits = drawn_digits(20)
    labels = np.where(digits.labelled() == 0, 10, digits.labelled())
    text = "\n".join(
        f"{label}" + "".join(f" {i}:{v}" for i, v in enumerate(image, 1) if v)
        for label, image in zip(labels, digits.images.reshape(20, -1), strict=True)
    )
    (tmp_path / "FILE").write_text(text)
    error = refusal(tmp_path / "FILE")
    assert "10 may be the zero, or the nine" in error.message
    code = [line.strip() for line in error.hint.splitlines() if line.startswith("  ")]
    monkeypatch.chdir(tmp_path)
    exec("\n".join(code), {})
    np.testing.assert_array_equal(open_digits("OTHER.npz").training_rows().labels, digits.labels)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("3 5:1 4:1", "2: is not a label and index:value"),
        ("3 -1:1", "2: is not a label and index:value"),
        ("three 1:1", "2: is not a label and index:value"),
        ("3 1:1 800:1", "has 800 values a row"),
        ("12 1:1", "2: label is 12, expected 0..9"),
    ],
)
def test_faults_are_told_with_their_line(row: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"3 1:1 700:255\n{row}\n")
    assert said in str(refusal(tmp_path / "x"))
