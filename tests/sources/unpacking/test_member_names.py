"""The names of an archive's members."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from archives import ROWS, Maker, make_zip, refused
from tenfold.sources.unpacking import member_names
from tenfold.sources.unpacking.unpack import unpack


def test_names_are_kept_whatever_slashes_they_have(tmp_path: Path, make: Maker) -> None:
    came = unpack(make(tmp_path / "digits.zip", {"./a\\b.csv": ROWS}), tmp_path / "to")
    assert came == [tmp_path / "to" / "a" / "b.csv"]


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


def test_all_faults_are_reported_at_once(tmp_path: Path, make: Maker) -> None:
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
