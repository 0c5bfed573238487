"""IDX files of several data sets: which belong together."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits, write_idx
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import open_digits

DIGITS = drawn_digits(40)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def write_qmnist(folder: Path, prefix: str, digits: Digits, ending: str) -> Path:
    """QMNIST's two files: labels int32 of 8 columns, of which the first is the digit."""
    labels = 1000 + np.arange(8 * len(digits)).reshape(-1, 8)
    labels[:, 0] = digits.labelled()
    images = folder / f"{prefix}-images-idx3-ubyte{ending}"
    content = struct.pack(">4I", 0x803, len(digits), 28, 28) + digits.images.tobytes()
    images.write_bytes(PACKERS[ending](content))
    header = struct.pack(">3I", 0xC02, len(digits), 8)
    packed = PACKERS[ending](header + labels.astype(">i4").tobytes())
    (folder / f"{prefix}-labels-idx2-int{ending}").write_bytes(packed)
    return images


def assert_same(found: Digits, digits: Digits) -> None:
    np.testing.assert_array_equal(found.images, digits.images)
    np.testing.assert_array_equal(found.labels, digits.labels)
    assert found.labelled().dtype == np.int64


@pytest.mark.parametrize("ending", PACKERS)
def test_qmnist_has_labels_of_eight_columns(ending: str, tmp_path: Path) -> None:
    path = write_qmnist(tmp_path, "qmnist-train", DIGITS, ending)
    assert_same(open_digits(str(path)).training_rows(), DIGITS)


def test_qmnist_in_a_folder(tmp_path: Path) -> None:
    halves = DIGITS.take(np.arange(20)), DIGITS.take(np.arange(20, 40))
    write_qmnist(tmp_path, "qmnist-train", halves[0], ".gz")
    write_qmnist(tmp_path, "qmnist-test", halves[1], ".gz")
    write_qmnist(tmp_path, "xnist", DIGITS, ".xz")  # all of NIST, the two splits among it
    source = open_digits(str(tmp_path))
    assert_same(source.training_rows(), halves[0])
    assert_same(source.labelled_rows(), halves[1])


def test_emnists_files_are_told_apart(tmp_path: Path) -> None:
    for part in ("emnist-digits", "emnist-mnist"):
        write_idx(tmp_path, f"{part}-train", DIGITS, zipped=True)
        write_idx(tmp_path, f"{part}-test", DIGITS, zipped=True)
    with pytest.raises(DataError, match="are of different data sets") as caught:
        open_digits(str(tmp_path))
    path = caught.value.hint.rpartition(" ")[2]
    assert path == str(tmp_path / "emnist-digits-train-images-idx3-ubyte.gz")
    assert_same(open_digits(path).training_rows(), DIGITS)
    test = open_digits(path.replace("train", "test"))
    assert test.train is None
    assert_same(test.labelled_rows(), DIGITS)


def test_the_plain_file_goes_before_its_packed_copy(tmp_path: Path) -> None:
    write_idx(tmp_path, "train", DIGITS)
    write_idx(tmp_path, "train", DIGITS, zipped=True)
    found = open_digits(str(tmp_path)).training_rows()
    assert [Path(file.name).suffix for file in found.files] == ["", ""]


def test_the_label_file_leads_to_its_images(tmp_path: Path) -> None:
    write_idx(tmp_path, "train", DIGITS, zipped=True)
    assert_same(open_digits(str(tmp_path / "train-labels-idx1-ubyte.gz")).training_rows(), DIGITS)
    (tmp_path / "train-images-idx3-ubyte.gz").unlink()
    with pytest.raises(DataError, match="holds labels, and no images are beside it"):
        open_digits(str(tmp_path / "train-labels-idx1-ubyte.gz"))


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    write_idx(tmp_path, "train", DIGITS)
    (tmp_path / "train-images-idx3-ubyte").rename(tmp_path / "X.bin")
    (tmp_path / "train-labels-idx1-ubyte").rename(tmp_path / "y.bin")
    assert_same(open_digits(str(tmp_path / "X.bin")).training_rows(), DIGITS)


def test_labels_that_are_missing_are_missed(tmp_path: Path) -> None:
    write_idx(tmp_path, "train", DIGITS)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="train-labels-idx1-ubyte: cannot be read: No such file"):
        open_digits(str(tmp_path))
    (tmp_path / "train-images-idx3-ubyte").rename(tmp_path / "t10k-images-idx3-ubyte")
    assert open_digits(str(tmp_path)).rows_to_predict().labels is None
