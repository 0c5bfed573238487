"""Kaggle's CSV layout, read strictly."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import HEADER, csv_text, drawn_digits
from csv_reading import read, refusal
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources.tables import lines
from tenfold.sources.tables.csv_file import read_csv, read_csv_path


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_reads_both_line_ends(digits: Digits, end: str) -> None:
    found = read(csv_text(digits, end=end))
    np.testing.assert_array_equal(found.images, digits.images)
    np.testing.assert_array_equal(found.labels, digits.labels)


def test_a_file_without_labels_has_none(digits: Digits) -> None:
    assert read(csv_text(digits, labelled=False)).labels is None


def test_the_last_line_may_lack_its_end(digits: Digits) -> None:
    assert len(read(csv_text(digits).rstrip())) == len(digits)


def test_line_ends_may_change_within_a_file(digits: Digits) -> None:
    text = csv_text(digits, end="\n")
    half = len(text) // 2
    assert len(read(text[:half] + text[half:].replace("\n", "\r\n"))) == len(digits)


def test_a_last_line_without_end_is_noted(digits: Digits) -> None:
    content = csv_text(digits).rstrip().encode()
    _, notes = read_csv(io.BytesIO(content), "train.csv")
    assert "the last line has no end" in notes[0]


def test_a_lone_carriage_return_is_no_line_end(digits: Digits) -> None:
    lines = csv_text(digits, end="\n").splitlines()
    refusal("\n".join(lines[:5]) + "\r" + "\n".join(lines[5:]) + "\n")


def test_blocks_smaller_than_a_row_change_nothing(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 7100)
    np.testing.assert_array_equal(read(csv_text(digits)).images, digits.images)


def test_a_byte_order_mark_is_skipped_and_noted(digits: Digits) -> None:
    content = b"\xef\xbb\xbf" + csv_text(digits).encode()
    found, notes = read_csv(io.BytesIO(content), "train.csv")
    assert len(found) == len(digits)
    assert "byte order mark" in notes[0]


def test_gz_has_the_lineage_of_the_plain_file(tmp_path: Path, digits: Digits) -> None:
    content = csv_text(digits).encode()
    (tmp_path / "train.csv").write_bytes(content)
    (tmp_path / "train.csv.gz").write_bytes(gzip.compress(content))
    plain, _ = read_csv_path(str(tmp_path / "train.csv"))
    zipped, _ = read_csv_path(str(tmp_path / "train.csv.gz"))
    assert plain.files[0].sha256 == zipped.files[0].sha256
    np.testing.assert_array_equal(plain.images, zipped.images)


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 10_000)
    error = refusal(",".join(HEADER) + "\n" + "0," * 100_000)
    assert "too long for a line" in error.message


def test_a_file_above_the_limit_is_refused(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "TEXT_BYTES_MAX", 100_000)
    assert "larger than" in refusal(csv_text(digits)).message


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=3000), st.integers(0, 30_000))
def test_bytes_written_over_a_good_file_are_read_or_refused(noise: bytes, at: int) -> None:
    """Never another exception, and whatever is accepted is as strict as the contract."""
    content = bytearray(csv_text(drawn_digits(20)).encode())  # of 10 the labels count the rows
    content[at : at + len(noise)] = noise
    try:
        found = read(bytes(content))
    except DataError as error:
        assert error.message.startswith("train.csv")
        return
    assert found.images.shape[1:] == (28, 28)
    assert found.labelled().max() <= 9


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.lists(st.integers(0, 255), min_size=784, max_size=784)),
        min_size=1,
        max_size=4,
    )
)
def test_what_was_written_is_what_is_read(rows: list[tuple[int, list[int]]]) -> None:
    images = np.array([pixels for _, pixels in rows], np.uint8).reshape(-1, 28, 28)
    written = Digits(images, np.array([label for label, _ in rows]))
    found = read(csv_text(written))
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_array_equal(found.labels, written.labels)
