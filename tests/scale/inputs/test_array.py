"""Arrays in shards: .npy and IDX, plain and packed, whatever the type of their numbers."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import drawn_digits, write_idx
from cut_inputs import cut, only, read_all
from scored import score
from tenfold.errors import DataError
from tenfold.predictions import predict


@pytest.mark.parametrize(
    "convert",
    [
        lambda tiles: tiles,
        lambda tiles: tiles.reshape(-1, 784).astype(np.float32) / 255,
        lambda tiles: tiles.reshape(-1, 28, 28, 1).astype(np.int64),
        lambda tiles: tiles.reshape(-1, 1, 28, 28).astype(">f8"),
    ],
    ids=["uint8", "float32 0..1", "int64", "big-endian"],
)
def test_rows_of_any_type_are_read_in_every_shard(
    tmp_path: Path, convert: Callable[[Any], Any]
) -> None:
    tiles = drawn_digits(100).images
    np.save(tmp_path / "x.npy", convert(tiles))
    file = only(tmp_path / "x.npy")
    cuts, sha256 = cut(file, 30)
    assert [(c.start, c.stop, c.first_row) for c in cuts] == [
        *((0, 30, 1), (30, 60, 31), (60, 90, 61), (90, 100, 91)),
    ]
    assert sha256 == hashlib.sha256((tmp_path / "x.npy").read_bytes()).hexdigest()
    found = read_all(tmp_path / "x.npy", 30)
    assert found.rows == list(range(1, 101))
    assert np.array_equal(found.images, tiles)


def test_bool_is_ink(tmp_path: Path) -> None:
    tiles = drawn_digits(20).images > 100
    np.save(tmp_path / "x.npy", tiles)
    assert np.array_equal(read_all(tmp_path / "x.npy").images, tiles * np.uint8(255))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_array_is_one_shard(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    np.save(tmp_path / "x.npy", drawn_digits(50).images)
    packed = tmp_path / "x.npy.packed"
    packed.write_bytes(pack((tmp_path / "x.npy").read_bytes()))
    assert len(cut(only(packed), 10)[0]) == 1
    found = read_all(packed, 10)
    assert np.array_equal(found.images, drawn_digits(50).images)


@pytest.mark.parametrize("zipped", [False, True])
def test_idx_is_read_as_predict_reads_it(tmp_path: Path, zipped: bool) -> None:
    write_idx(tmp_path / "mnist", "t10k", drawn_digits(60), zipped=zipped)
    scored = score(tmp_path / "mnist", tmp_path / "out", shard_rows=25)
    assert scored.rows_out == 60
    assert scored.parts == (1 if zipped else 3)
    lines = (tmp_path / "out/parts/part-000000.csv").read_text().splitlines()[1:]
    predicted = predict(str(tmp_path / "mnist"))
    assert [line.split(",")[1] for line in lines] == [
        str(label) for label in predicted.labels[: len(lines)]
    ]


def test_values_that_are_no_levels_are_bad_rows(tmp_path: Path) -> None:
    tiles = drawn_digits(30).images.reshape(30, 784).astype(np.float32)
    tiles[3, 5], tiles[20, 7] = np.nan, 256
    np.save(tmp_path / "x.npy", tiles)
    found = read_all(tmp_path / "x.npy", 10)
    assert found.bad == [
        ("4", "pixel5 is missing"),
        ("21", "pixel7 is 256, expected 0..255"),
    ]
    assert len(found.images) == 28


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((5, 10), np.uint8), r"has the shape \[5, 10\], expected \[n, 28, 28\]"),
        (np.asfortranarray(np.zeros((5, 784), np.uint8)), "lies in the file column by column"),
        (np.full((5, 784), "x"), "is an array of <U1, expected numbers"),
        (np.full((5, 784), -3.0), "most of its rows hold no pixels, but pixel0 is -3"),
    ],
)
def test_an_array_of_something_else_is_refused(tmp_path: Path, array: Any, message: str) -> None:
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(DataError, match=message):
        only(tmp_path / "x.npy")


def test_an_array_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", drawn_digits(50).images)
    content = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(content[:-1])
    with pytest.raises(DataError, match=r"says 50 rows \(39,328 bytes\), holds 39,327"):
        only(tmp_path / "x.npy")
    packed = tmp_path / "y.npy.gz"
    for damaged, message in ((content[:-1], "ends before row"), (content + b"0", "more than it")):
        packed.write_bytes(gzip.compress(damaged))
        with pytest.raises(DataError, match=message):
            read_all(packed)
