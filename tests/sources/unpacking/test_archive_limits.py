"""Archives that are too large, or damaged."""

from __future__ import annotations

import os
import struct
import tarfile
from pathlib import Path

import pytest

from archives import ROWS, Maker, add_to_tar, make_tar, make_tar_gz, make_zip, refused
from tenfold.errors import DataError
from tenfold.sources.unpacking import archive_limits
from tenfold.sources.unpacking.unpack import open_zip, unpack


def test_a_bomb_is_refused(tmp_path: Path, make: Maker) -> None:
    archive = make(tmp_path / "x.zip", {"zeros.csv": bytes(5_000_000)})
    message = refused(archive, tmp_path / "to", unpacked_bytes_max=1_000_000)
    assert message == "digits: unpacks to more than 1,000,000 bytes"


def test_the_limit_is_for_all_members_together(tmp_path: Path, make: Maker) -> None:
    archive = make(tmp_path / "x.zip", {f"{row}.csv": bytes(100_000) for row in range(10)})
    assert len(unpack(archive, tmp_path / "enough", unpacked_bytes_max=1_020_000)) == 10
    message = refused(archive, tmp_path / "to", unpacked_bytes_max=999_999)
    assert "more than 999,999 bytes" in message


@pytest.mark.parametrize("size", [100, 5_000_001])
def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path, size: int) -> None:
    archive = make_zip(tmp_path / "x.zip", {"zeros.csv": bytes(5_000_000)})
    lie = archive.read_bytes().replace(struct.pack("<I", 5_000_000), struct.pack("<I", size))
    archive.write_bytes(lie)
    assert refused(archive, tmp_path / "to").startswith("digits: zeros.csv: is broken")


def test_reading_counts_and_does_not_believe_the_directory(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", {"a.csv": bytes(600), "b.csv": bytes(300)})
    with open_zip(archive, unpacked_bytes_max=1000) as opened:
        assert opened.open("a.csv").read() == bytes(600)
        assert opened.open("b.csv").read() == bytes(300)
        with pytest.raises(DataError, match="more than 1,000 bytes"):
            opened.open("b.csv").read()


def test_a_zip_directory_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make_zip(tmp_path / "x.zip", {f"{row:04}.csv": b"" for row in range(100)})
    monkeypatch.setattr(archive_limits, "ZIP_DIRECTORY_BYTES_MAX", 1000)
    assert refused(archive, tmp_path / "to") == "digits: is broken: its directory is too large"


def test_tar_headers_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    archive = tmp_path / "x.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        add_to_tar(tar, "good.csv", ROWS)
        add_to_tar(tar, "././@LongLink", b"a" * 3_000_000, type=tarfile.GNUTYPE_LONGNAME)
    assert refused(archive, tmp_path / "to") == "digits: is broken: its headers are too long"


def test_an_archive_cut_short_is_refused_wherever_it_is_cut(tmp_path: Path, make: Maker) -> None:
    noise = os.urandom(3000)  # gzip would make one block of anything tamer
    whole = make(tmp_path / "x.zip", {"a.csv": noise, "b.csv": noise}).read_bytes()
    ends_in_padding = not whole.startswith((b"PK", b"\x1f\x8b"))
    cut = tmp_path / "cut"
    for size in range(600, len(whole) - (9000 if ends_in_padding else 0), 97):
        cut.write_bytes(whole[:size])
        assert "is broken" in refused(cut, tmp_path / "to")


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    noise = os.urandom(3000)
    archive = make_zip(tmp_path / "x.zip", {"train.csv": noise})
    content = bytearray(archive.read_bytes())
    content[1000] ^= 1
    archive.write_bytes(content)
    assert refused(archive, tmp_path / "to").startswith("digits: train.csv: is broken")


def test_a_wrong_checksum_of_the_gzip_around_a_tar_is_refused(tmp_path: Path) -> None:
    archive = make_tar_gz(tmp_path / "x", {"train.csv": ROWS})
    content = bytearray(archive.read_bytes())
    content[-5] ^= 1
    archive.write_bytes(content)
    assert "is broken" in refused(archive, tmp_path / "to")


def test_a_damaged_tar_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    archive = make_tar(tmp_path / "x.tar", {"a.csv": ROWS, "b.csv": ROWS})
    content = bytearray(archive.read_bytes())
    content[1024] ^= 1  # the second header; the first takes 512 bytes, and so does its content
    archive.write_bytes(content)
    assert "a header is missing or damaged" in refused(archive, tmp_path / "to")


def test_a_tar_that_promises_a_terabyte_ends_with_its_bytes(tmp_path: Path) -> None:
    """Skipping a file that is refused by its name, tarfile would read nothing for hours."""
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        add_to_tar(archive, "a", b"x", pax_headers={"path": "../a", "size": str(10**12)})
    assert refused(path, tmp_path / "to") == "digits: is broken: unexpected end of data"
