"""Compressed files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking import compression
from tenfold.sources.unpacking.compression import XzStream, open_unpacked

CONTENT = bytes(range(256)) * 1000
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def read(path: Path) -> bytes:
    with file_errors_as_data_error(str(path)), open_unpacked(str(path)) as stream:
        return stream.read()


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("parts", [1, 2])
def test_the_content_tells_the_compression(kind: str, parts: int, tmp_path: Path) -> None:
    path = tmp_path / "without.ending"
    path.write_bytes(b"".join([PACKERS[kind](CONTENT)] * parts))
    assert read(path) == CONTENT * parts


def test_a_plain_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(CONTENT)
    assert read(tmp_path / "x.gz") == CONTENT


@pytest.mark.parametrize("kind", PACKERS)
def test_a_file_that_was_cut_off_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(PACKERS[kind](CONTENT)[:-20])
    with pytest.raises(DataError, match="broken") as caught:
        read(path)
    assert caught.value.hint == "download it again"


@pytest.mark.parametrize("kind", PACKERS)
def test_a_damaged_file_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    content = bytearray(PACKERS[kind](CONTENT))
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(content)
    with pytest.raises(DataError, match="broken"):
        read(path)


def test_xz_may_not_ask_for_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "XZ_MEMORY_BYTES_MAX", 1 << 20)
    (tmp_path / "x.xz").write_bytes(lzma.compress(CONTENT, preset=9))
    with pytest.raises(DataError, match="emory") as caught:
        read(tmp_path / "x.xz")
    assert "xz -dc" in caught.value.hint


def test_a_bomb_is_unpacked_bit_by_bit() -> None:
    stream = XzStream(io.BytesIO(lzma.compress(bytes(50_000_000))))
    assert len(stream.read(1000)) == 1000
