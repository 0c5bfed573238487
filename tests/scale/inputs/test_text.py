"""CSV in shards: cut at line ends, numbered as a whole, the same rows wherever it is cut."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from cut_inputs import cut, only, read
from scored import write_table
from tenfold.errors import DataError
from tenfold.scale.inputs import RowOptions, text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", ["", "\n\r\n\n", "no end"])
def test_cuts_cover_every_row_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, tail: str
) -> None:
    path = write_table(tmp_path / "t.csv", 300, end=end)
    content = path.read_bytes()
    path.write_bytes(content.rstrip() if tail == "no end" else content + tail.encode())
    monkeypatch.setattr(text, "SCAN_BYTES", 50_000)
    file = only(path)
    cuts, sha256 = cut(file, 40)
    assert len(cuts) > 4
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(c.rows or 0 for c in cuts) == 300
    rows, images, bad, _ = read(file, cuts)
    assert rows == list(range(1, 301))
    assert not bad
    assert np.array_equal(images, drawn_digits(300).images)


def test_a_line_that_never_ends_is_refused_while_cutting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_table(tmp_path / "t.csv", 20)
    file = only(path)
    monkeypatch.setattr(text, "SCAN_BYTES", 50_000)
    with path.open("ab") as table:
        table.write(b"1," * 200_000)
    file = replace(file, size_bytes=path.stat().st_size + 1)
    with pytest.raises(DataError, match="has a line of more than 65,536 bytes"):
        cut(file, 40)


def test_quoted_fields_with_line_breaks_are_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = csv_text(drawn_digits(60), labelled=False, end="\n").splitlines()
    path = tmp_path / "t.csv"
    notes = [f'"note {i},\nof ""two"" lines"' if i % 3 else f"plain {i}" for i in range(60)]
    rows = [f"{note},{line}" for note, line in zip(notes, lines[1:], strict=True)]
    path.write_text("\n".join([f"remark,{lines[0]}", *rows]) + "\n")
    monkeypatch.setattr(text, "SCAN_BYTES", 9_999)
    file = only(path)
    cuts, _ = cut(file, 7)
    assert len(cuts) > 4
    found, images, bad, batches = read(file, cuts, RowOptions(keep=("remark",)))
    assert (found, bad) == (list(range(1, 61)), [])
    assert np.array_equal(images, drawn_digits(60).images)
    kept = [value for batch in batches for value in batch.kept["remark"]]
    assert kept[:2] == ["plain 0", 'note 1,\nof "two" lines']


def test_other_columns_are_ids_and_kept(tmp_path: Path) -> None:
    header, *lines = csv_text(drawn_digits(20), end="\n").splitlines()
    path = tmp_path / "t.csv"
    rows = [f"A{i},{line},O'Brien" for i, line in enumerate(lines)]
    path.write_text("\n".join([f"key,{header},who", *rows]) + "\n")
    file = only(path)
    _, images, bad, batches = read(file, cut(file, 100)[0], RowOptions("key", ("label", "who")))
    assert not bad
    assert np.array_equal(images, drawn_digits(20).images)
    assert list(batches[0].ids or ())[:2] == ["A0", "A1"]
    assert batches[0].kept["label"][3] == "3"
    assert {*batches[0].kept["who"]} == {"O'Brien"}


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = only(write_table(tmp_path / "t.csv", 5, labelled=True))
    with pytest.raises(DataError, match="has no column 'who' beside the pixels: it has label"):
        read(file, cut(file, 100)[0], RowOptions(keep=("who",)))


def test_bad_rows_are_told_by_line_and_the_others_are_read(tmp_path: Path) -> None:
    lines = csv_text(drawn_digits(12), labelled=False, end="\n").splitlines()
    lines[2] = lines[2].replace(lines[2].split(",")[0], "300", 1)
    lines[3] = ""
    lines[5] += ",7"
    lines[6] = "x" + lines[6]
    lines[7] = lines[7].replace(",", ".5,", 1)
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    file = only(path)
    rows, images, bad, _ = read(file, cut(file, 100)[0])
    assert rows == [1, 4, 8, 9, 10, 11, 12]
    assert np.array_equal(images, drawn_digits(12).images[np.array(rows) - 1])
    assert [place for place, _ in bad] == ["3", "4", "6", "7", "8"]
    assert bad[0][1] == "pixel0 is 300, expected 0..255"
    assert bad[1][1] == "is blank"
    assert bad[2][1] == "785 columns, expected 784"
    assert "expected a number" in bad[3][1]
    assert "expected a whole number 0..255" in bad[4][1]


@pytest.mark.parametrize("label", ["first", "last"])
def test_a_table_without_a_header_says_where_its_pixels_are(tmp_path: Path, label: str) -> None:
    rows = [line.split(",") for line in csv_text(drawn_digits(30), end="\n").splitlines()[1:]]
    path = tmp_path / "t.csv"
    moved = rows if label == "first" else [[*row[1:], row[0]] for row in rows]
    path.write_text("\n".join(map(",".join, moved)) + "\n")
    file = only(path)
    _, images, bad, _ = read(file, cut(file, 100)[0])
    assert not bad
    assert np.array_equal(images, drawn_digits(30).images)


@pytest.mark.parametrize("separator", [";", "\t", " "])
@pytest.mark.parametrize("scaled", [False, True])
def test_other_dialects_and_scales_are_read(tmp_path: Path, separator: str, scaled: bool) -> None:
    pixels = drawn_digits(20).images.reshape(20, -1)
    values = [[f"{v / 255:.6f}" if scaled else f"{v}" for v in row] for row in pixels]
    path = tmp_path / "t.csv"
    path.write_text("".join(separator.join(row) + "\n" for row in values))
    file = only(path)
    _, images, bad, _ = read(file, cut(file, 100)[0])
    assert not bad
    assert np.array_equal(images, drawn_digits(20).images)


def test_a_packed_file_is_one_shard(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(csv_text(drawn_digits(300), end="\n").encode() + b"\n\n"))
    file = only(path)
    cuts, sha256 = cut(file, 10)
    assert [(c.rows, c.stop) for c in cuts] == [(None, path.stat().st_size)]
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    rows, images, bad, _ = read(file, cuts)
    assert (rows, bad) == (list(range(1, 301)), [])
    assert np.array_equal(images, drawn_digits(300).images)
