"""Parquet files, also hostile ones."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hostile_pictures
from conftest import drawn_digits
from data_forms import flat, parquet_tables, png
from tenfold.errors import DataError, MissingExtraError
from tenfold.isolation import Bounds
from tenfold.sources import open_digits
from tenfold.sources.decoding import isolated
from tenfold.sources.tables.parquet import pages as parquet_pages
from tenfold.sources.tables.parquet import parquet_file as parquet

NEEDS = "reading Parquet needs the 'parquet' extra"
DIGITS = drawn_digits(20)


@pytest.fixture
def pa() -> Any:
    pytest.importorskip("pyarrow.parquet", reason=NEEDS)
    import pyarrow

    return pyarrow


def write(table: Any, path: Path, **options: Any) -> str:
    import pyarrow.parquet

    pyarrow.parquet.write_table(table, path, **options)
    return str(path)


def refusal(path: str) -> DataError:
    with pytest.raises(DataError) as caught:
        open_digits(path)
    assert caught.value.message.startswith(path)
    return caught.value


def test_without_the_extra_it_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return found(name, *rest, **options)

    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"\[parquet\]"):
        open_digits(str(tmp_path / "a.parquet"))


def test_places_are_rows(pa: Any, tmp_path: Path) -> None:
    path = write(parquet_tables(DIGITS)["columns"], tmp_path / "a.parquet")
    assert open_digits(path).training_rows().place(7) == f"{path}[7]"


def test_pictures_of_another_size_are_framed(pa: Any, tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="framing pictures needs the 'photo' extra")
    large = [png(np.kron(image, np.ones((3, 3), np.uint8))) for image in DIGITS.images]
    path = write(pa.table({"image": large, "label": DIGITS.labels}), tmp_path / "a.parquet")
    source = open_digits(path)
    assert source.training_rows().images.shape == (20, 28, 28)
    assert source.notes == (f"{path}: 20 pictures framed",)


def test_a_picture_that_cannot_be_read_is_named(pa: Any, tmp_path: Path) -> None:
    table = pa.table({"image": [b"\x89PNG\r\n\x1a\nno"], "label": [1]})
    assert "a.parquet[0]" in refusal(write(table, tmp_path / "a.parquet")).message


def test_a_picture_that_costs_too_much_is_named(
    pa: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened in a process that is killed, as those of folders are."""
    monkeypatch.setattr(isolated, "BOUNDS", Bounds(processor_seconds=0.3, clock=60.0))
    cheap, costly = png(DIGITS.images[0]), hostile_pictures.jpeg_of_scans(300, side=3000)
    table = pa.table({"image": [cheap, costly], "label": [1, 2]})
    error = refusal(write(table, tmp_path / "a.parquet"))
    assert "a.parquet[1]: " in error.message
    assert "of processor time" in error.message
    assert "a.parquet[0]" not in error.message


def test_a_missing_picture_is_named(pa: Any, tmp_path: Path) -> None:
    table = pa.table({"image": [{"bytes": None, "path": "7.png"}], "label": [1]})
    error = refusal(write(table, tmp_path / "a.parquet"))
    assert "a.parquet[0]: holds no picture" in error.message


def test_lists_of_another_length_are_refused(pa: Any, tmp_path: Path) -> None:
    table = pa.table({"image": [[0] * 784, [0] * 783], "label": [1, 2]})
    assert "783 to 784" in refusal(write(table, tmp_path / "a.parquet")).message


def test_two_labels_leave_it_open(pa: Any, tmp_path: Path) -> None:
    rows = flat(DIGITS).tolist()
    table = pa.table({"image": rows, "label": DIGITS.labels, "class": DIGITS.labels})
    error = refusal(write(table, tmp_path / "a.parquet"))
    assert "'label' and 'class' may both be the label" in error.message
    assert "--label label or --label class" in error.hint


def test_a_page_that_unpacks_to_much_is_refused(
    pa: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros are packed a thousand times smaller; the header of the page tells."""
    monkeypatch.setattr(parquet_pages, "PAGE_BYTES_MAX", 1 << 20)
    table = pa.table({"image": [bytes(8 << 20)], "label": [1]})
    path = write(table, tmp_path / "a.parquet", compression="zstd", use_dictionary=False)
    assert Path(path).stat().st_size < 100_000
    assert "unpacks to too much" in refusal(path).message


def test_too_many_rows_or_values_are_refused(
    pa: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(parquet_tables(DIGITS)["lists"], tmp_path / "a.parquet")
    monkeypatch.setattr(parquet, "VALUES_MAX", 1000)
    assert "its lists hold 15,680 values" in refusal(path).message
    monkeypatch.setattr(parquet, "ROWS_MAX", 10)
    assert "says 20 rows" in refusal(path).message


def test_a_file_that_was_cut_off_is_refused(pa: Any, tmp_path: Path) -> None:
    path = write(parquet_tables(DIGITS)["lists"], tmp_path / "a.parquet")
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[:-100])
    assert "cut short or damaged" in refusal(path).message


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.floats(0, 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused(
    pa: Any, tmp_path: Path, place: float, noise: bytes
) -> None:
    path = tmp_path / "a.parquet"
    good = tmp_path / "good.parquet"
    if not good.exists():
        write(parquet_tables(DIGITS.take(np.arange(3)))["Hugging Face"], good)
    content = bytearray(good.read_bytes())
    at = 4 + int(place * (len(content) - 4 - len(noise)))
    content[at : at + len(noise)] = noise
    path.write_bytes(content)
    try:
        open_digits(str(path))
    except DataError as error:
        assert error.message.startswith(str(path))
