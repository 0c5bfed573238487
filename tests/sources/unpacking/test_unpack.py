"""Archives are unpacked whole, or not at all."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archives import ROWS, Maker, add_to_tar, make_tar, make_tar_gz, make_zip, refused
from tenfold.errors import DataError, OutputError
from tenfold.sources.unpacking.unpack import check_members, kind_of, open_zip, unpack


def test_files_and_nested_folders_come_whole(tmp_path: Path, make: Maker) -> None:
    members = {"train.csv": ROWS, "notes/a/readme.txt": b"hello", "empty.txt": b""}
    came = unpack(make(tmp_path / "digits.zip", members), tmp_path / "to")
    assert came == sorted(tmp_path / "to" / name for name in members)
    assert {path.relative_to(tmp_path / "to").as_posix(): path.read_bytes() for path in came} == (
        members
    )


def test_folders_may_be_listed_before_their_files_and_twice(tmp_path: Path) -> None:
    archive = tmp_path / "digits.tar"
    with tarfile.open(archive, "w") as tar:
        for name in (".", "./7", "7/"):
            add_to_tar(tar, name, type=tarfile.DIRTYPE)
        add_to_tar(tar, "./7/a.png", b"x")
    assert unpack(archive, tmp_path / "to") == [tmp_path / "to" / "7" / "a.png"]


def test_a_folder_in_a_zip_may_lack_its_slash(tmp_path: Path) -> None:
    archive = tmp_path / "digits.zip"
    with zipfile.ZipFile(archive, "w") as made:
        folder = zipfile.ZipInfo("7")
        folder.external_attr = (stat.S_IFDIR | 0o755) << 16
        made.writestr(folder, b"")
        made.writestr("7/a.png", b"x")
    assert unpack(archive, tmp_path / "to") == [tmp_path / "to" / "7" / "a.png"]


def test_times_owners_and_modes_are_not_restored(tmp_path: Path) -> None:
    archive = tmp_path / "digits.tar"
    with tarfile.open(archive, "w") as tar:
        add_to_tar(tar, "a.csv", ROWS, mode=0o6777, mtime=1)
    (came,) = unpack(archive, tmp_path / "to")
    assert not came.stat().st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR)
    assert came.stat().st_mtime > 1


def test_an_existing_folder_is_replaced_only_with_force(tmp_path: Path, make: Maker) -> None:
    archive = make(tmp_path / "digits.zip", {"new.csv": ROWS})
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "old.csv").write_bytes(b"old")
    with pytest.raises(OutputError, match="exists already"):
        unpack(archive, tmp_path / "to")
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["old.csv"]
    unpack(archive, tmp_path / "to", force=True)
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["new.csv"]


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (tarfile.SYMTYPE, "is a link"),
        (tarfile.LNKTYPE, "is a link"),
        (tarfile.CHRTYPE, "is a device"),
        (tarfile.BLKTYPE, "is a device"),
        (tarfile.FIFOTYPE, "is a device"),
    ],
)
def test_a_tar_with_links_or_devices_is_refused(tmp_path: Path, kind: bytes, problem: str) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as tar:
        add_to_tar(tar, "good.csv", ROWS)
        add_to_tar(tar, "evil", type=kind, linkname="good.csv")
        add_to_tar(tar, "evil/passwd", b"root")  # through the link, had it been made
    assert f"digits: evil: {problem}" in refused(archive, tmp_path / "to")


@pytest.mark.parametrize(
    ("mode", "problem"), [(stat.S_IFLNK, "is a link"), (stat.S_IFCHR, "is a device")]
)
def test_a_zip_with_links_or_devices_is_refused(tmp_path: Path, mode: int, problem: str) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as made:
        member = zipfile.ZipInfo("evil")
        member.external_attr = (mode | 0o777) << 16
        made.writestr(member, "/etc/passwd")
    assert refused(archive, tmp_path / "to").startswith(f"digits: evil: {problem}")


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", {"train.csv": ROWS})
    content = bytearray(archive.read_bytes())
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags_at] |= 1
    archive.write_bytes(content)
    assert refused(archive, tmp_path / "to") == "digits: train.csv: is encrypted"


def test_a_rare_way_of_packing_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("train.csv", ROWS)
    assert "method 14" in refused(archive, tmp_path / "to")


def test_a_sparse_tar_member_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        sparse = {"GNU.sparse.map": "0,5", "GNU.sparse.size": "5000000000"}
        add_to_tar(tar, "zeros.csv", b"12345", pax_headers=sparse)
    assert refused(archive, tmp_path / "to") == "digits: zeros.csv: is a sparse file"


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", {})
    assert refused(archive, tmp_path / "to") == "digits: holds no files"


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(ROWS)
    assert "is broken" in refused(tmp_path / "x.zip", tmp_path / "to")


def test_a_member_can_be_read_without_unpacking(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", {"./train.csv": ROWS, "a/": b"", "a/test.csv": b"1"})
    with open_zip(archive) as opened:
        assert opened.sizes_bytes == {"train.csv": len(ROWS), "a/test.csv": 1}
        with opened.open("train.csv") as member:
            assert member.readline() == b"label,pixel0\r\n"


def test_checking_an_open_zip_gives_its_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_zip(tmp_path / "x.zip", {"a/": b"", "a/b.csv": ROWS})) as archive:
        assert [info.file_size for info in check_members(archive, "x.zip").values()] == [len(ROWS)]
        with pytest.raises(DataError, match="unpacks to more than 10 bytes"):
            check_members(archive, "x.zip", unpacked_bytes_max=10)


def test_a_missing_zip_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        unpack(tmp_path / "x.zip", tmp_path / "to")
    with pytest.raises(DataError, match="cannot be read: No such file"), open_zip("x.zip"):
        pass


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress])
def test_a_compressed_tar_comes_whole_or_not_at_all(tmp_path: Path, compress: Any) -> None:
    packed = compress(make_tar(tmp_path / "x.tar", {"7/a.csv": ROWS * 900}).read_bytes())
    (tmp_path / "x.tar").write_bytes(packed)
    (came,) = unpack(tmp_path / "x.tar", tmp_path / "to")
    assert came.read_bytes() == ROWS * 900
    for damaged in (packed[:-20], packed[:60] + b"xxxxxxxx" + packed[68:]):
        (tmp_path / "x.tar").write_bytes(damaged)
        assert refused(tmp_path / "x.tar", tmp_path / "again").startswith("digits: is broken")


def test_a_compressed_tar_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(
        lzma.compress(make_tar(tmp_path / "y", {"a": bytes(1 << 20)}).read_bytes())
    )
    (tmp_path / "y").unlink()
    said = refused(tmp_path / "x.tar", tmp_path / "to", unpacked_bytes_max=1000)
    assert "unpacks to more than 1,000 bytes" in said


def test_the_kind_follows_from_the_content_not_the_name(tmp_path: Path) -> None:
    page = b"\xef\xbb\xbf \n<!DOCTYPE html><title>Log in</title>"
    idx = struct.pack(">4I", 0x803, 1, 28, 28) + bytes(784)
    contents: dict[str, list[bytes | Path]] = {
        "zip": [make_zip(tmp_path / "1", {}).read_bytes(), make_zip(tmp_path / "2", {"a": b""})],
        "tar": [
            make_tar(tmp_path / "3", {"a": b""}),
            make_tar_gz(tmp_path / "4", {"a": b""}),
            bz2.compress((tmp_path / "3").read_bytes()),
            lzma.compress((tmp_path / "3").read_bytes()),
        ],
        "page": [page, gzip.compress(page), b"<?xml version='1.0'?><Error/>"],
        "empty": [b"", gzip.compress(b"")],
        "other": [
            ROWS,
            gzip.compress(ROWS),
            idx,
            gzip.compress(idx),
            b"\x1f\x8bnot gzip",
            b"BZhno",
            b"\xfd7zXZ\0no",
        ],
    }
    for kind, samples in contents.items():
        for sample in samples:
            path = tmp_path / "file.xyz"
            path.write_bytes(sample if isinstance(sample, bytes) else sample.read_bytes())
            assert kind_of(path) == kind
