from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenfold.errors import DataError, OutputError
from tenfold.sources import archive_limits, member_names
from tenfold.sources.unpack import check_members, kind_of, open_zip, unpack

ROWS = b"label,pixel0\r\n7,0\r\n"
Files = dict[str, bytes]


def make_zip(path: Path, members: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_tar(path: Path, members: Files) -> Path:
    mode = "w:gz" if path.name.endswith("gz") else "w"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            add_to_tar(archive, name, content)
    return path


def add_to_tar(archive: tarfile.TarFile, name: str, content: bytes = b"", **fields: object) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for field, value in fields.items():
        setattr(member, field, value)
    archive.addfile(member, io.BytesIO(content))


def make_tar_gz(path: Path, members: Files) -> Path:
    return make_tar(path.with_suffix(".tgz"), members)


Maker = Callable[[Path, Files], Path]


@pytest.fixture(params=[make_zip, make_tar, make_tar_gz], ids=["zip", "tar", "tar.gz"])
def make(request: pytest.FixtureRequest) -> Maker:
    return request.param


def refused(archive: Path, to: Path, **options: Any) -> str:
    """The message of the refusal, which must leave nothing behind."""
    before = sorted(archive.parent.iterdir())
    with pytest.raises(DataError) as caught:
        unpack(archive, to, typed="digits", **options)
    assert sorted(archive.parent.iterdir()) == before
    assert caught.value.hint
    return caught.value.message


# What comes


def test_files_and_nested_folders_come_whole(tmp_path: Path, make: Maker) -> None:
    members = {"train.csv": ROWS, "notes/a/readme.txt": b"hello", "empty.txt": b""}
    came = unpack(make(tmp_path / "digits.zip", members), tmp_path / "to")
    assert came == sorted(tmp_path / "to" / name for name in members)
    assert {path.relative_to(tmp_path / "to").as_posix(): path.read_bytes() for path in came} == (
        members
    )


def test_names_are_kept_whatever_slashes_they_have(tmp_path: Path, make: Maker) -> None:
    came = unpack(make(tmp_path / "digits.zip", {"./a\\b.csv": ROWS}), tmp_path / "to")
    assert came == [tmp_path / "to" / "a" / "b.csv"]


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


# Names


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../evil.csv", "leads out of the folder"),
        ("a/../../evil.csv", "leads out of the folder"),
        ("a\\..\\..\\evil.csv", "leads out of the folder"),
        ("a/.. /evil.csv", "leads out of the folder"),
        ("/etc/evil.csv", "has an absolute name"),
        ("\\\\server\\share\\evil.csv", "has an absolute name"),
        ("C:\\evil.csv", "has an absolute name"),
        ("c:evil.csv", "has an absolute name"),
        ("evil\n\x1b[31m.csv", "has unprintable characters"),
        ("digits\u202evsc.exe", "has unprintable characters"),  # shows as digitsexe.csv
        ("a\u2066b/c.csv", "has unprintable characters"),
        ("train\u200b.csv", "has unprintable characters"),
        ("tag\U000e0041.csv", "has unprintable characters"),
        ("line\u2028end.csv", "has unprintable characters"),
        ("NUL", "has the name of a device"),
        ("a/con.csv", "has the name of a device"),
        ("aux .tar.gz", "has the name of a device"),
        ("Com1/train.csv", "has the name of a device"),
        ("lpt\u00b2.txt", "has the name of a device"),
        ("CONIN$", "has the name of a device"),
        ("train.csv:hidden", "has a name that Windows does not allow"),
        ("what?.csv", "has a name that Windows does not allow"),
        ("a./train.csv", "has a name that Windows does not allow"),
        ("train.csv ", "has a name that Windows does not allow"),
        ("a" * 256, "has too long a name"),
        ("a/" * 600 + "b", "has too long a name"),
    ],
)
def test_dangerous_names_are_refused(tmp_path: Path, make: Maker, name: str, problem: str) -> None:
    message = refused(make(tmp_path / "x.zip", {"good.csv": ROWS, name: b"evil"}), tmp_path / "to")
    assert message.startswith("digits: ")
    assert problem in message
    assert message.isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "console.csv",
        "com.csv",
        "com10.csv",
        "\u0661\u3000\u4e8c.csv",
        "a b/\u05d0\u05d1.csv",
        ".hidden",
    ],
)
def test_names_of_other_scripts_and_like_those_of_devices_are_kept(
    tmp_path: Path, make: Maker, name: str
) -> None:
    unpack(make(tmp_path / "x.zip", {name: ROWS}), tmp_path / "to")
    assert (tmp_path / "to" / name).read_bytes() == ROWS


def test_a_name_cut_by_a_nul_is_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", {"evil.csv~": ROWS})
    archive.write_bytes(archive.read_bytes().replace(b"evil.csv~", b"\0vil.csv~"))
    assert "unprintable" in refused(archive, tmp_path / "to")


def test_all_faults_are_told_at_once(tmp_path: Path, make: Maker) -> None:
    members = {"good.csv": ROWS, "../a": b"", "/b": b"", "fine.csv": ROWS, "c:d": b""}
    message = refused(make(tmp_path / "x.zip", members), tmp_path / "to")
    assert message.splitlines() == [
        "digits: ../a: leads out of the folder",
        "digits: /b: has an absolute name",
        "digits: c:d: has an absolute name",
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_come_twice_are_refused(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("train.csv", ROWS)
        made.writestr("train.csv", b"other")
    assert refused(archive, tmp_path / "to") == "digits: train.csv: comes twice"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("train.csv", "Train.CSV"),
        ("a/one.csv", "A/two.csv"),
        ("caf\u00e9.csv", "cafe\u0301.csv"),
    ],
)
def test_names_that_are_one_on_many_systems_are_refused(
    tmp_path: Path, make: Maker, first: str, second: str
) -> None:
    message = refused(make(tmp_path / "x.zip", {first: ROWS, second: ROWS}), tmp_path / "to")
    assert message.startswith(f"digits: {second}: is the same name as {first.partition('/')[0]} ")


def test_a_name_that_is_a_file_and_a_folder_is_refused(tmp_path: Path, make: Maker) -> None:
    message = refused(make(tmp_path / "x.zip", {"a": ROWS, "a/b": ROWS}), tmp_path / "to")
    assert message == "digits: a/b: is a file and a folder"


def test_too_many_members_are_refused(
    tmp_path: Path, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_names, "MEMBERS_MAX", 3)
    three = {f"{row}.csv": ROWS for row in range(3)}
    assert len(unpack(make(tmp_path / "x.zip", three), tmp_path / "three")) == 3
    message = refused(make(tmp_path / "y.zip", three | {"4.csv": ROWS}), tmp_path / "to")
    assert message == "digits: holds more than 3 files"


# Links, devices and the like


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


# Bombs


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


def test_a_sparse_tar_member_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        sparse = {"GNU.sparse.map": "0,5", "GNU.sparse.size": "5000000000"}
        add_to_tar(tar, "zeros.csv", b"12345", pax_headers=sparse)
    assert refused(archive, tmp_path / "to") == "digits: zeros.csv: is a sparse file"


# Damage


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


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "x.zip", {})
    assert refused(archive, tmp_path / "to") == "digits: holds no files"


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(ROWS)
    assert "is broken" in refused(tmp_path / "x.zip", tmp_path / "to")


# Looking without unpacking


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


def test_the_kind_is_told_by_content_whatever_the_name(tmp_path: Path) -> None:
    page = b"\xef\xbb\xbf \n<!DOCTYPE html><title>Log in</title>"
    idx = struct.pack(">4I", 0x803, 1, 28, 28) + bytes(784)
    contents: dict[str, list[bytes | Path]] = {
        "zip": [make_zip(tmp_path / "1", {}).read_bytes(), make_zip(tmp_path / "2", {"a": b""})],
        "tar": [make_tar(tmp_path / "3", {"a": b""}), make_tar_gz(tmp_path / "4", {"a": b""})],
        "page": [page, gzip.compress(page), b"<?xml version='1.0'?><Error/>"],
        "empty": [b"", gzip.compress(b"")],
        "other": [ROWS, gzip.compress(ROWS), idx, gzip.compress(idx), b"\x1f\x8bnot gzip"],
    }
    for kind, samples in contents.items():
        for sample in samples:
            path = tmp_path / "file.xyz"
            path.write_bytes(sample if isinstance(sample, bytes) else sample.read_bytes())
            assert kind_of(path) == kind
