from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from tenfold.errors import OutputError
from tenfold.files import (
    natural_order,
    refuse_existing,
    replace_folder,
    sha256_of,
    staged_folder,
    write_whole,
)


def left_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_writes_whole_files_and_their_folders(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b.txt", "text")
    assert (tmp_path / "a" / "b.txt").read_text() == "text"
    assert left_in(tmp_path / "a") == ["b.txt"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    def fill_the_disk(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    write_whole(tmp_path / "a.txt", "old")
    with pytest.raises(OutputError, match=r"a\.txt: cannot be written.*\nhint: the disk is full"):
        write_whole(tmp_path / "a.txt", fill_the_disk)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert left_in(tmp_path) == ["a.txt"]


def test_content_reaches_the_disk_before_its_name_and_that_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, replace = [], os.replace

    def sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content")

    def rename(old: str, new: Path) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr("os.fsync", sync)
    monkeypatch.setattr("os.replace", rename)
    write_whole(tmp_path / "a.txt", "text")
    assert steps == ["content", "name", "folder"]


def test_a_file_obeys_the_umask_like_any_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "")
    (tmp_path / "b.txt").touch()
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OutputError, match="that is a folder"):
        write_whole(tmp_path / "a", "")


def test_a_file_is_no_place_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(OutputError, match="choose another place"), staged_folder(tmp_path / "a/b"):
        pytest.fail("the block must not run")


def test_a_staged_folder_appears_whole(tmp_path: Path) -> None:
    with staged_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("a")
        assert not (tmp_path / "out").exists()
    assert left_in(tmp_path) == ["out"]
    assert left_in(tmp_path / "out") == ["a"]


def test_a_staged_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fill() -> None:
        with staged_folder(tmp_path / "out") as folder:
            (folder / "a").write_text("a")
            raise KeyError

    with pytest.raises(KeyError):
        fill()
    assert left_in(tmp_path) == []


def test_what_exists_is_refused_without_force(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match=r"exists already.*\nhint: .*--force"):
        refuse_existing(tmp_path / "out", force=False)
    refuse_existing(tmp_path / "out", force=True)


def test_force_replaces_a_folder_of_ours_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").touch()
    refuse_existing(tmp_path / "out", force=True, ours=("a.csv", "b.csv"))
    (tmp_path / "out" / "thesis.txt").touch()
    with pytest.raises(OutputError, match=r"holds thesis\.txt"):
        refuse_existing(tmp_path / "out", force=True, ours=("a.csv", "b.csv"))


@pytest.mark.skipif(os.name == "nt", reason="no such devices there")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(OutputError, match="is not a file"):
        write_whole(Path("/dev/null"), "")
    assert not Path("/dev/null").is_file()


def test_a_dangling_link_exists(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError):
        refuse_existing(tmp_path / "out", force=False)


def test_force_is_offered_for_what_tenfold_has_written_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.odt").touch()
    with pytest.raises(OutputError) as refused:
        refuse_existing(tmp_path / "out", force=False, ours={"model"})
    assert "--force" not in refused.value.hint
    (tmp_path / "out" / "thesis.odt").rename(tmp_path / "out" / "model")
    with pytest.raises(OutputError) as refused:
        refuse_existing(tmp_path / "out", force=False, ours={"model"})
    assert "--force" in refused.value.hint


def test_numbers_in_names_are_ordered_by_their_values() -> None:
    names = [
        "10.png",
        "2.png",
        "a/10.png",
        "a/9.png",
        "a2/1.png",
        "007.png",
        "7.png",
        "b1c10",
        "b1c9",
    ]
    assert sorted(names, key=natural_order) == [
        "2.png", "007.png", "7.png", "10.png", "a/9.png", "a/10.png", "a2/1.png", "b1c9", "b1c10",
    ]  # fmt: skip


def test_replacing_a_folder_removes_the_old_one(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    replace_folder(tmp_path / "new", tmp_path / "old")
    assert left_in(tmp_path) == ["old"]
    assert left_in(tmp_path / "old") == ["new"]


def test_folders_put_in_one_place_at_once_each_appear_whole(tmp_path: Path) -> None:
    def put(number: int) -> None:
        for _ in range(20):
            with staged_folder(tmp_path / "out", force=True, ours=("a", "b")) as folder:
                (folder / "a").write_text(str(number))
                (folder / "b").write_text(str(number))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert left_in(tmp_path) == ["out"]
    seen = {(tmp_path / "out" / name).read_text() for name in ("a", "b")}
    assert left_in(tmp_path / "out") == ["a", "b"]
    assert len(seen) == 1


def test_a_folder_that_came_and_went_while_replacing_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a").touch()
    rename = os.rename
    refusals = iter([errno.ENOTEMPTY, errno.EEXIST])

    def refuse_twice(source: Path, target: Path) -> None:
        if target == tmp_path / "old" and (number := next(refusals, None)):
            raise OSError(number, os.strerror(number))
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse_twice)
    replace_folder(tmp_path / "new", tmp_path / "old")
    assert left_in(tmp_path) == ["old"]
    assert left_in(tmp_path / "old") == ["a"]


def test_permissions_of_new_files_are_asked_without_changing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc here")
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", None)  # a call would fail
        write_whole(tmp_path / "a.txt", "")
        with staged_folder(tmp_path / "b"):
            pass
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o750


def test_what_came_meanwhile_is_replaced_by_force_alone(tmp_path: Path) -> None:
    def put(*, force: bool) -> None:
        with staged_folder(tmp_path / "out", force=force) as folder:
            (folder / "a").write_text("new")
            (tmp_path / "out").mkdir(exist_ok=True)
            (tmp_path / "out" / "a").write_text("of another process")

    with pytest.raises(OutputError, match="exists already"):
        put(force=False)
    assert (tmp_path / "out" / "a").read_text() == "of another process"
    put(force=True)
    assert (tmp_path / "out" / "a").read_text() == "new"
    assert left_in(tmp_path) == ["out"]


def test_a_folder_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a").touch()
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "nowhere", tmp_path / "old")
    assert left_in(tmp_path) == ["old"]
    assert left_in(tmp_path / "old") == ["a"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may write anywhere")
def test_a_read_only_folder_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="you may not write there"):
        write_whole(tmp_path / "a.txt", "")


def test_sha256_is_the_published_one(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of(tmp_path / "abc") == digest
