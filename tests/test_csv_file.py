from __future__ import annotations

import gzip
import io
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import HEADER, csv_text, drawn_digits, edited_csv
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import csv_file
from tenfold.sources.csv_file import read_csv, read_csv_path
from tenfold.sources.csv_header import GRID_NAMES, PIXEL_NAMES


def read(text: str | bytes) -> Digits:
    content = text.encode() if isinstance(text, str) else text
    return read_csv(io.BytesIO(content), "train.csv")[0]


def refusal(text: str | bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_reads_both_line_ends(digits: Digits, end: str) -> None:
    found = read(csv_text(digits, end=end))
    np.testing.assert_array_equal(found.images, digits.images)
    np.testing.assert_array_equal(found.labels, digits.labels)


def test_a_file_without_labels_has_none(digits: Digits) -> None:
    assert read(csv_text(digits, labelled=False)).labels is None


def test_the_last_line_may_lack_its_end(digits: Digits) -> None:
    assert len(read(csv_text(digits).rstrip())) == len(digits)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**31), st.booleans())
def test_the_fast_parser_reads_what_loadtxt_reads(
    rows: int, columns: int, seed: int, crlf: bool
) -> None:
    random = np.random.default_rng(seed)
    table = random.choice([0, 0, 0, 7, 10, 99, 100, 254, 255], (rows, columns))
    text = "\n".join(",".join(map(str, row)) for row in table.tolist()) + "\n"
    block = text.replace("\n", "\r\n").encode() if crlf else text.encode()
    parsed = csv_file._parse(block, columns, labelled=False)
    expected = np.loadtxt(io.StringIO(text), np.uint8, delimiter=",", ndmin=2)
    np.testing.assert_array_equal(parsed, expected)


CELLS = st.sampled_from(["0", "7", "42", "007", "255", "256", "1000", ""])
SEPARATORS = st.sampled_from([",", ",", "\n", "\r\n", "\r"])


@given(st.lists(st.tuples(CELLS, SEPARATORS), min_size=1, max_size=8), st.booleans())
def test_the_fast_parser_refuses_what_a_plain_reading_refuses(
    pieces: list[tuple[str, str]], ended: bool
) -> None:
    text = "".join(cell + separator for cell, separator in pieces)
    text = text if ended else text.rstrip("\r\n")
    parsed = csv_file._parse(text.encode(), 2, labelled=False) if text else None
    rows = [line.removesuffix("\r").split(",") for line in text.removesuffix("\n").split("\n")]
    good = all(
        len(row) == 2 and all(re.fullmatch("[0-9]{1,3}", cell) and int(cell) <= 255 for cell in row)
        for row in rows
    )
    if text.endswith("\r") or not good:
        assert parsed is None
    else:
        assert parsed is not None
        assert parsed.tolist() == [[int(cell) for cell in row] for row in rows]


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
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 7100)
    np.testing.assert_array_equal(read(csv_text(digits)).images, digits.images)


def test_the_header_of_other_mnist_csvs_is_known(digits: Digits) -> None:
    grid = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    text = csv_text(digits, end="\n").split("\n", 1)[1]
    assert len(read(",".join(["label", *grid]) + "\n" + text)) == len(digits)


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


def test_a_place_is_the_line_that_an_editor_shows(digits: Digits) -> None:
    assert read(csv_text(digits)).place(0) == "train.csv:2"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x", "pixel402 is 'x', expected a whole number 0..255"),
        ("", "pixel402 is empty"),
        ("-1", "pixel402 is -1, expected 0..255"),
        ("256", "pixel402 is 256, expected 0..255"),
        ("3.5", "pixel402 is 3.5, expected a whole number 0..255"),
        ("1e400", "pixel402 is 1e400, expected a whole number 0..255"),
        ("NaN", "pixel402 is NaN, expected a whole number 0..255"),
        (" 5", "pixel402 is ' 5', expected a whole number 0..255"),
        ("+5", "pixel402 is +5, expected 0..255"),
        ("٣", "pixel402 is ٣, expected 0..255"),
        ("1" * 5000, "pixel402 is 11111111111111111..., expected 0..255"),
    ],
)
def test_a_bad_pixel_is_named_with_its_line(tmp_path: Path, cell: str, said: str) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[5].__setitem__(403, cell))
    with pytest.raises(DataError) as caught:
        read_csv_path(str(path))
    assert caught.value.message == f"{path}:6: {said}"


@pytest.mark.parametrize("label", ["10", "seven", "", "-1"])
def test_a_bad_label_is_named_with_its_line(tmp_path: Path, label: str) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[1].__setitem__(0, label))
    with pytest.raises(DataError, match=r"train\.csv:2: label is .*"):
        read_csv_path(str(path))


def test_ten_faults_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    def spoil(table: list[list[str]]) -> None:
        for row in range(1, 16):
            table[row][1] = "x"

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", spoil)))
    assert caught.value.fault_count == 15
    assert "... and 5 more" in caught.value.message
    assert "train.csv:11:" in caught.value.message
    assert "train.csv:12:" not in caught.value.message


def test_faults_of_several_blocks_keep_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 10_000)
    lines = csv_text(drawn_digits(60), end="\n").splitlines()
    lines[9] += ",0"
    lines[50] = lines[50].replace(",", ";", 1)
    error = refusal("\n".join(lines) + "\n")
    assert [fault.place for fault in error.faults] == ["train.csv:10", "train.csv:51"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in", "is a web page (HTML)"),
        (b"\n  <html>", "is a web page (HTML)"),
        ("label,pixel0".encode("utf-16"), "is UTF-16 text"),
        (b"label,pixel0\n\0\0\0", "NUL bytes"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (bytes(range(128, 256)) * 20, "not a line of column names"),
        (",".join(HEADER).encode() + b"\r\n", "has a header and no rows"),
        (",".join(HEADER).encode(), "has a header and no rows"),
        (b"1" * 200_000, "not a line of column names"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content: bytes, said: str) -> None:
    assert said in refusal(content).message


def test_a_first_line_of_numbers_is_no_header(digits: Digits) -> None:
    error = refusal(csv_text(digits, end="\n").split("\n", 1)[1])
    assert "train.csv:1: the first line holds numbers" in error.message


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_called_by_their_name(
    digits: Digits, separator: str, called: str
) -> None:
    error = refusal(csv_text(digits).replace(",", separator))
    assert f"separated by {called}" in error.message
    assert "sep=" in error.hint


def test_a_picture_is_called_a_picture() -> None:
    error = refusal(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "is a picture" in error.message
    assert "folder" in error.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PAR1" + bytes(100), "a Parquet table"),
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
        (b"\x1f\x8b\x08" + bytes(50), "a gzip file"),
        (b"\0\0\x08\x03\0\0\0\1", "MNIST's own format"),
        (b"II*\0\x08\0\0\0", "a picture (TIFF)"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a picture (WebP)"),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'>", "an SVG drawing"),
    ],
)
def test_other_formats_are_not_to_be_downloaded_again(content: bytes, said: str) -> None:
    error = refusal(content)
    assert said in error.message
    assert "download" not in error.hint


@pytest.mark.parametrize("called", ["Label", "digit", "Y", "class", "TARGET"])
@pytest.mark.parametrize("style", [PIXEL_NAMES, GRID_NAMES], ids=["pixel0", "1x1"])
def test_a_label_under_another_name_is_the_label(
    digits: Digits, called: str, style: list[str]
) -> None:
    text = csv_text(digits, end="\n").split("\n", 1)[1]
    header = ",".join([called, *style])
    found, notes = read_csv(io.BytesIO(f"{header}\n{text}".encode()), "mine.csv")
    np.testing.assert_array_equal(found.labels, digits.labels)
    np.testing.assert_array_equal(found.images, digits.images)
    assert notes == (f"mine.csv: column 1 is called '{called}', and is the label",)


def test_kaggles_own_label_needs_no_note(digits: Digits) -> None:
    assert read_csv(io.BytesIO(csv_text(digits).encode()), "train.csv")[1] == ()


@pytest.mark.parametrize("called", ["", "index", "truth", "ImageId"])
def test_no_remedy_leaves_out_a_column_that_may_be_the_label(called: str) -> None:
    error = refusal(",".join([called, *PIXEL_NAMES]) + "\n")
    assert "the label under another name, or an index" in error.message
    assert error.hint.startswith("if it is the label, call it label; if it numbers the rows")


def test_two_columns_that_may_be_the_label_are_named() -> None:
    error = refusal(",".join(["label", *PIXEL_NAMES, "class"]) + "\n")
    assert "columns 'label' and 'class' may both be the label" in error.message


# the columns of a header: "label", "index", or the number of a pixel
LAYOUTS: dict[str, list[tuple[str, str | int]]] = {
    "OpenML's, the class last": [
        *((f"pixel{i + 1}", i) for i in range(784)),
        ("class", "label"),
    ],
    "the label last": [*((f"pixel{i}", i) for i in range(784)), ("label", "label")],
    "in the order of text": [
        ("label", "label"),
        *sorted((f"pixel{i}", i) for i in range(784)),
    ],
    "no labels, in the order of text": sorted((f"pixel{i}", i) for i in range(784)),
    "the grid in the order of text": [
        ("Label", "label"),
        *sorted((f"{i // 28 + 1}x{i % 28 + 1}", i) for i in range(784)),
    ],
    "numbered from 0": [("label", "label"), *((str(i), i) for i in range(784))],
    "numbers alone, from 1": [(str(i + 1), i) for i in range(784)],
    "an index and the label": [
        ("", "index"),
        ("label", "label"),
        *((f"pixel{i}", i) for i in range(784)),
    ],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_remedy_for_a_header_gives_the_same_rows(
    layout: str, digits: Digits, tmp_path: Path
) -> None:
    """What the hint says is typed, and the outcome read."""
    pandas = pytest.importorskip("pandas", reason="the bench extra is not installed")
    flat = digits.images.reshape(len(digits), -1)
    given = {"label": digits.labelled(), "index": np.arange(len(digits))}
    columns = [
        given[what] if isinstance(what, str) else flat[:, what] for _, what in LAYOUTS[layout]
    ]
    path = tmp_path / "mine.csv"
    names = [name for name, _ in LAYOUTS[layout]]
    pandas.DataFrame(np.column_stack(columns), columns=names).to_csv(path, index=False)
    found = read_as_the_hint_says(pandas, path)
    np.testing.assert_array_equal(found.images, digits.images)
    if "label" in [what for _, what in LAYOUTS[layout]]:
        np.testing.assert_array_equal(found.labels, digits.labels)


def test_the_remedy_for_rows_without_a_header_keeps_the_first(
    digits: Digits, tmp_path: Path
) -> None:
    pandas = pytest.importorskip("pandas", reason="the bench extra is not installed")
    path = tmp_path / "mine.csv"
    path.write_text(csv_text(digits, end="\n").split("\n", 1)[1])
    assert len(read_as_the_hint_says(pandas, path)) == len(digits)


def read_as_the_hint_says(pandas: ModuleType, path: Path) -> Digits:
    """The rows of a refused file, once what the hint says is done."""
    with pytest.raises(DataError) as caught:
        read_csv_path(str(path))
    other = path.with_name("other.csv")
    code = "pandas." + caught.value.hint.partition("pandas.")[2]
    eval(code, {"pandas": pandas, "FILE": path, "OTHER": other})
    return read_csv_path(str(other))[0]


def test_783_columns_say_which_is_missing() -> None:
    error = refusal(",".join(HEADER[:-2]) + "\n1,2\n")
    assert "783 columns" in error.message
    assert "'pixel782', 'pixel783'" in error.message


def test_786_columns_say_which_is_unknown() -> None:
    error = refusal(",".join([*HEADER, "extra"]) + "\n")
    assert "786 columns" in error.message
    assert "unknown: 'extra'" in error.message


def test_an_index_column_is_called_so() -> None:
    error = refusal(",".join(["", *HEADER]) + "\n")
    assert "index" in error.message
    assert "index=False" in error.hint


def test_shuffled_columns_say_where_the_order_breaks() -> None:
    shuffled = HEADER.copy()
    shuffled[3], shuffled[7] = shuffled[7], shuffled[3]
    assert "column 4 is pixel6, expected pixel2" in refusal(",".join(shuffled) + "\n").message


def test_a_row_of_another_length_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[7].pop())
    with pytest.raises(DataError, match=r"train\.csv:8: 784 columns, expected 785"):
        read_csv_path(str(path))


def test_a_repeated_header_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table.insert(4, HEADER.copy()))
    with pytest.raises(DataError, match=r"train\.csv:5: is the header again"):
        read_csv_path(str(path))


def test_a_blank_line_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table.insert(4, [""]))
    with pytest.raises(DataError, match=r"train\.csv:5: is blank"):
        read_csv_path(str(path))


def test_a_truncated_last_line_is_called_so(digits: Digits) -> None:
    error = refusal(csv_text(digits)[:-1000])
    assert f"train.csv:{len(digits) + 1}: the last line is cut off" in error.message
    assert "fetch the file again" in error.hint


def test_a_truncated_last_line_need_not_be_shorter_in_columns(digits: Digits) -> None:
    text = csv_text(digits, end="\n").rstrip("\n")
    assert "cut off" in refusal(text[: text.rindex(",") + 1]).message


def test_pixels_scaled_to_fractions_say_how_to_scale_back(tmp_path: Path) -> None:
    def scale(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[1:] = [f"{int(cell) / 255:.4f}" for cell in row[1:]]

    with pytest.raises(DataError, match=r"scaled to 0\.\.1") as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", scale)))
    assert "255 * pixels" in caught.value.hint


def test_whole_numbers_saved_as_floats_say_how_to_save_them(tmp_path: Path) -> None:
    def scale(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[1:] = [f"{cell}.0" for cell in row[1:]]

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", scale)))
    assert "astype('int64')" in caught.value.hint


def test_single_fractions_in_good_rows_are_not_taken_for_another_scale(tmp_path: Path) -> None:
    def spoil(table: list[list[str]]) -> None:
        table[3][2:200] = ["0.5"] * 198

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", spoil)))
    assert "255 * pixels" not in caught.value.hint
    assert caught.value.fault_count == 198


def test_pixels_scaled_about_zero_are_not_to_be_left_out(tmp_path: Path) -> None:
    def scale(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[1:] = [f"{int(cell) / 127.5 - 1:.4f}" for cell in row[1:]]

    with pytest.raises(DataError, match="the pixels are scaled, -1 to") as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", scale)))
    assert "leave" not in caught.value.hint


def test_labels_saved_as_decimals_are_not_to_be_left_out(tmp_path: Path) -> None:
    def scale(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[0] += ".0"

    with pytest.raises(DataError, match=r"label is 0\.0") as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", scale)))
    assert "astype('int64')" in caught.value.hint


def test_no_line_of_a_test_set_is_to_be_left_out(digits: Digits) -> None:
    text = csv_text(digits, labelled=False, end="\n").splitlines()
    text[7] = "999" + text[7][text[7].index(",") :]
    assert "leave none out" in refusal("\n".join(text) + "\n").hint


def test_decimals_hide_no_other_fault(tmp_path: Path) -> None:
    def spoil(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[1:] = [f"{cell}.0" for cell in row[1:]]
        for row in table[1:4]:
            row[0] = "seven"

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", spoil, rows=5)))
    assert sum("label is 'seven'" in fault.problem for fault in caught.value.faults) == 3


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 10_000)
    error = refusal(",".join(HEADER) + "\n" + "0," * 100_000)
    assert "too long for a line" in error.message


def test_a_file_above_the_limit_is_refused(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "CSV_BYTES_MAX", 100_000)
    assert "larger than" in refusal(csv_text(digits)).message


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=3000), st.integers(0, 30_000))
def test_bytes_written_over_a_good_file_are_read_or_refused(noise: bytes, at: int) -> None:
    """Never another exception, and whatever is accepted is as strict as the contract."""
    content = bytearray(csv_text(drawn_digits(10)).encode())
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
