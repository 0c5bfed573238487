from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import write_idx
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources.arrays.idx import read_idx

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def read(folder: Path) -> Digits:
    return read_idx(str(folder / IMAGES), str(folder / LABELS))


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(folder)
    return caught.value.message


@pytest.fixture
def folder(tmp_path: Path, digits: Digits) -> Path:
    write_idx(tmp_path, "train", digits)
    return tmp_path


def test_reads_what_mnist_wrote(folder: Path, digits: Digits) -> None:
    found = read(folder)
    np.testing.assert_array_equal(found.images, digits.images)
    np.testing.assert_array_equal(found.labels, digits.labels)


def test_gz_has_the_lineage_of_the_plain_file(folder: Path, digits: Digits) -> None:
    write_idx(folder, "train", digits, zipped=True)
    zipped = read_idx(str(folder / f"{IMAGES}.gz"), str(folder / f"{LABELS}.gz"))
    assert [file.sha256 for file in zipped.files] == [file.sha256 for file in read(folder).files]


def test_wrong_magic_number(folder: Path) -> None:
    (folder / IMAGES).write_bytes((folder / LABELS).read_bytes() + bytes(16))
    assert "magic number is 0x00000801 (that of labels), expected 0x00000803" in refusal(folder)


def test_short_data(folder: Path) -> None:
    (folder / IMAGES).write_bytes((folder / IMAGES).read_bytes()[:-1])
    assert "says 200 images (156,800 bytes), holds only 156,799" in refusal(folder)


def test_surplus_data(folder: Path) -> None:
    (folder / LABELS).write_bytes((folder / LABELS).read_bytes() + b"\0")
    assert "says 200 labels (200 bytes), holds more" in refusal(folder)


def test_counts_that_disagree(folder: Path) -> None:
    (folder / LABELS).write_bytes(struct.pack(">2I", 0x801, 199) + bytes(199))
    assert "199 labels for the 200 images" in refusal(folder)


def test_a_header_that_promises_too_much_is_not_believed(folder: Path) -> None:
    (folder / IMAGES).write_bytes(struct.pack(">4I", 0x803, 2**32 - 1, 28, 28))
    assert "says 4,294,967,295 images, expected 1 to 1,000,000" in refusal(folder)


def test_images_of_another_size(folder: Path) -> None:
    (folder / IMAGES).write_bytes(struct.pack(">4I", 0x803, 1, 32, 32) + bytes(1024))
    assert "images are 32x32, expected 28x28" in refusal(folder)


def test_a_label_above_nine(folder: Path) -> None:
    labels = bytearray((folder / LABELS).read_bytes())
    labels[8 + 5] = 26
    (folder / LABELS).write_bytes(labels)
    assert "[5]: label is 26, expected 0..9" in refusal(folder)


def test_a_broken_gzip(folder: Path) -> None:
    whole = gzip.compress((folder / IMAGES).read_bytes())
    (folder / IMAGES).write_bytes(whole[: len(whole) // 2])
    assert "broken gzip" in refusal(folder)


def test_a_missing_file(folder: Path) -> None:
    (folder / LABELS).unlink()
    assert "No such file" in refusal(folder)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(folder: Path, content: bytes) -> None:
    (folder / IMAGES).write_bytes(content)
    with pytest.raises(DataError):
        read(folder)
