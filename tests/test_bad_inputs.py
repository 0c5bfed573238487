"""Every bad input gets one clear message that begins with the path as typed and ends in a remedy,
exit code 2, no traceback, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from conftest import (
    HEADER,
    NEEDS_PHOTO,
    csv_text,
    drawn_digits,
    edited_csv,
    paint,
    write_idx,
    write_kaggle_zip,
)
from tenfold.cli import main
from tenfold.digits import Digits
from tenfold.sources.tables import lines

GOOD = csv_text(drawn_digits(60))
SMALL = ["--recipe", "smoke", "--channels", "4", "--batch-size", "32", "--epochs", "1"]

Make = Callable[[], str]  # makes the input in the working folder and says what to type


def text(content: str | bytes, name: str = "train.csv") -> Make:
    def make() -> str:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return make


def cell(column: int, value: str) -> Make:
    return lambda: str(
        edited_csv(Path("train.csv"), lambda table: table[3].__setitem__(column, value))
    )


def header(change: Callable[[list[str]], list[str]]) -> Make:
    return text(",".join(change(HEADER.copy())) + GOOD[GOOD.index("\r\n") :])


def only(keep: Callable[[Digits], np.ndarray]) -> Make:
    digits = drawn_digits(400)
    return text(csv_text(digits.take(np.flatnonzero(keep(digits)))))


def idx(part: str, change: Callable[[bytes], bytes]) -> Make:
    def make() -> str:
        write_idx(Path("mnist"), "train", drawn_digits(60))
        path = Path("mnist") / f"train-{part}-ubyte"
        path.write_bytes(change(path.read_bytes()))
        return "mnist"

    return make


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Make:
    def make() -> str:
        with zipfile.ZipFile("digits.zip", "w", method) as opened:
            for name, content in members:
                opened.writestr(zipfile.ZipInfo(name), content, compress_type=method)
        return "digits.zip"

    return make


def bomb() -> str:
    """60 MB of zeros in 60 kB, against a limit of 50 MB."""
    with (
        zipfile.ZipFile("digits.zip", "w", zipfile.ZIP_DEFLATED) as opened,
        opened.open("train.csv", "w", force_zip64=True) as member,
    ):
        member.write(GOOD.encode())
        line = b",".join([b"0"] * 785) + b"\n"
        for _ in range(40):
            member.write(line * 1000)
    return "digits.zip"


def broken_zip() -> str:
    path = write_kaggle_zip(Path("digits.zip"), drawn_digits(60), None)
    path.write_bytes(path.read_bytes()[:-40])
    return str(path)


def pictures() -> str:
    for digit in range(10):
        (Path("scans") / str(digit)).mkdir(parents=True)
        paint(str(digit)).save(f"scans/{digit}/a.png")
    Path("scans/4/b.png").write_bytes(b"\x89PNG\r\n\x1a\nand then nothing")
    return "scans"


def folder() -> str:
    Path("train.csv").mkdir()
    return "train.csv"


BAD: dict[str, tuple[Make, str]] = {
    "missing file": (lambda: "train.csv", "no such file"),
    "empty file": (text(""), "is empty"),
    "an HTML page": (text("<!DOCTYPE html><html><title>Sign in"), "is a web page (HTML)"),
    "NUL bytes": (text(GOOD[:9000] + "\0" * 50 + GOOD[9000:]), "NUL bytes"),
    "header again": (text(GOOD + GOOD[: GOOD.index("\r\n") + 2]), ":62: is the header again"),
    "no labels": (text(csv_text(drawn_digits(60), labelled=False)), "has no labels"),
    "header only": (text(GOOD[: GOOD.index("\r\n") + 2]), "has a header and no rows"),
    "a folder": (folder, "a folder with no train.csv"),
    "truncated last line": (text(GOOD[:-500]), ":61: the last line is cut off"),
    "783 columns": (header(lambda names: names[:-2]), ":1: 783 columns, expected 785"),
    "786 columns": (header(lambda names: [*names, "x"]), ":1: 786 columns, expected 785"),
    "a row of 786": (text(GOOD.replace("\r\n", ",0\r\n", 2)), "786 columns"),
    "shuffled columns": (
        header(lambda names: [names[0], *reversed(names[1:])]),
        ":1: the columns are out of order: column 2 is pixel783",
    ),
    "a letter": (cell(5, "a"), ":4: pixel4 is 'a'"),
    "an empty cell": (cell(5, ""), ":4: pixel4 is empty"),
    "-1": (cell(5, "-1"), ":4: pixel4 is -1"),
    "256": (cell(5, "256"), ":4: pixel4 is 256, expected 0..255"),
    "3.5": (cell(5, "3.5"), ":4: pixel4 is 3.5"),
    "1e400": (cell(5, "1e400"), ":4: pixel4 is 1e400"),
    "NaN": (cell(5, "NaN"), ":4: pixel4 is NaN"),
    "label 10": (cell(0, "10"), ":4: label is 10, expected 0..9"),
    "label seven": (cell(0, "seven"), ":4: label is 'seven'"),
    "binary garbage": (text(np.random.default_rng(0).bytes(100_000)), "train.csv"),
    "UTF-16": (text(GOOD.encode("utf-16")), "is UTF-16 text"),
    "a zip of other things": (archive(("holiday.mp4", b"x")), "holds no train.csv"),
    "a zip of broken pictures": (archive(("holiday.jpg", b"x")), "holiday.jpg: not a picture"),
    "a zip with ../ names": (archive(("../train.csv", GOOD.encode())), "../train.csv"),
    "a zip bomb": (bomb, "train.csv: is larger than"),
    "a broken zip": (broken_zip, "digits.zip"),
    "IDX magic": (
        idx("images-idx3", lambda content: b"\0\0\x08\x04" + content[4:]),
        "is a file of MNIST's own format (IDX), not images of bytes",
    ),
    "IDX short": (idx("images-idx3", lambda content: content[:-1]), "holds only"),
    "IDX counts": (
        idx("labels-idx1", lambda content: struct.pack(">2I", 0x801, 59) + content[9:]),
        "59 labels for the 60 images",
    ),
    "an unreadable picture": (pictures, "scans/4/b.png"),
    "one class": (only(lambda digits: digits.labelled() == 3), "has no rows of 0, 1, 2, 4"),
    "a class without rows": (only(lambda digits: digits.labelled() != 3), "has no rows of 3"),
    "fewer rows than a batch": (text(csv_text(drawn_digits(30))), "fewer than a batch of 32"),
}


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """The message of a command that must end with `code`, without a traceback."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert ended.value.code == code, printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert "\nhint: " in printed.err
    return printed.err


@pytest.fixture(autouse=True)
def _lower_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "TEXT_BYTES_MAX", 50_000_000)


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.train
@pytest.mark.parametrize("name", BAD)
def test_training_refuses(name: str, inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, said = BAD[name]
    typed = make()
    before = sorted(inside.rglob("*"))
    printed = refused(["train", typed, *SMALL, "--out", "out"], capsys)
    assert said in printed
    assert f"error: {typed}" in printed
    assert len(printed.encode()) < 4000
    assert sorted(inside.rglob("*")) == before


@pytest.mark.parametrize("name", [name for name in BAD if name not in ("no labels",)])
def test_check_finds(name: str, inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if name == "fewer rows than a batch":
        pytest.skip("check knows of no batches")
    if name == "an unreadable picture":
        pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    make, _ = BAD[name]
    typed = make()
    with pytest.raises(SystemExit) as ended:
        main(["check", typed, "--json", "--quiet"])
    assert ended.value.code == 2
    findings = json.loads(capsys.readouterr().out)["findings"]
    errors = [finding for finding in findings if finding["severity"] == "error"]
    assert errors
    assert all(finding["remedy"] for finding in errors)


@pytest.mark.parametrize("verb", ["predict", "evaluate"])
def test_a_stream_of_rubbish_is_refused(
    verb: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = text(b"\xff" * 1000)()
    arguments = {"predict": [typed], "evaluate": ["mnist", "--data", typed]}[verb]
    assert "error: train.csv" in refused([verb, *arguments], capsys)


def test_stdin_is_called_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"label\n")))
    assert "error: stdin:1: 1 columns" in refused(["predict", "-"], capsys)


@pytest.mark.train
def test_a_full_disk_is_said_and_leaves_nothing(
    inside: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    typed = text(GOOD)()
    monkeypatch.setattr("os.fsync", full)
    printed = refused(["train", typed, *SMALL, "--out", "out"], capsys)
    assert "No space left" in printed
    assert not Path("out").exists()


@pytest.mark.train
def test_a_place_that_cannot_be_written_is_said(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = text(GOOD)()
    Path("file").touch()
    assert "file/out" in refused(["train", typed, *SMALL, "--out", "file/out"], capsys)


def test_an_output_that_exists_is_kept(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = text(csv_text(drawn_digits(20), labelled=False), "test.csv")()
    Path("submission.csv").write_text("precious")
    printed = refused(["predict", typed, "-o", "submission.csv"], capsys)
    assert "submission.csv: exists already" in printed
    assert Path("submission.csv").read_text() == "precious"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "x", "--recipe", "fats"], "did you mean 'fast'"),
        (["train", "x", "--epochs", "0"], "epochs must lie in"),
        (["run", "x", "--recipe", "unknown.toml"], "unknown.toml"),
    ],
)
def test_wrong_use_names_the_nearest(
    arguments: list[str], said: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(arguments, capsys, code=2 if "unknown.toml" in arguments else 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "--epoch", "3"], "--epochs"),
        (["trian"], "trian"),
        (["train", "--epochs", "three"], "--epochs"),
        (["train", "--optimizer", "adam"], "muon"),
        (["predict"], "DATA"),
    ],
)
def test_what_the_parser_refuses_exits_with_one(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 1
    assert said in capsys.readouterr().err
