"""tenfold read: costly pictures, and Ctrl-C."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import hostile_pictures
from conftest import NEEDS_DOCUMENTS, NEEDS_PHOTO, paint
from pdf_files import FOUR, SEVEN, pdf_of
from tenfold.cli import main
from terminals import lines_shown


def test_read_names_costly_files_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(hostile_pictures.png_of_chunks(300_000))
    (tmp_path / "b.tif").write_bytes(hostile_pictures.tiff_of_many_strips())
    paint("7").save("z.png")
    with pytest.raises(SystemExit) as ended:
        main(["read", "--json", "--picture-seconds", "0.3", "."])
    assert ended.value.code == 2
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [os.path.basename(answer["file"]) for answer in answers] == ["a.png", "b.tif", "z.png"]
    assert "takes more than" in answers[0]["error"]
    assert "numbers" in answers[1]["error"]
    assert answers[2]["text"] == "7"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_ctrl_c_does_not_wait_for_a_picture_that_takes_minutes(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    endless, good = tmp_path / "z.jpg", tmp_path / "a.png"
    endless.write_bytes(hostile_pictures.jpeg_of_scans(3000, side=3000))
    paint("7").save(good)
    command = ["read", "--picture-seconds", "600", *[str(good)] * 20, str(endless)]
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        # a shell's background job ignores SIGINT, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert b"\t7\t" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_answers_on_a_terminal_have_no_remains_of_the_bar_between_them(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pages = [paint(digit) for digit in "17" * 12]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "90"}
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", "read", "a.tif"],
        stdout=theirs, stderr=theirs, env=environment, cwd=tmp_path,
    ) as process:  # fmt: skip
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # Linux: the other end is closed
            while piece := os.read(ours, 65536):
                written += piece
        assert process.wait(60) == 0
    os.close(ours)
    shown = lines_shown(written.decode())
    assert "24/24" in shown[24]
    for number, line in enumerate(shown[:24], 1):
        file, text, *_ = line.split("\t")
        assert (file, text) == (f"a.tif page {number}", "17"[(number - 1) % 2])


def test_tables_are_written_beside_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pytest.importorskip("xlsxwriter", reason=NEEDS_DOCUMENTS)
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "form.pdf").write_bytes(pdf_of(SEVEN, None, FOUR))
    paint("3").crop((20, 0, 60, 60)).resize((300, 450)).save("cut.png")
    outputs = ["--csv", "out.csv", "--xlsx", "out.xlsx", "--doubtful", "out.html"]
    with pytest.raises(SystemExit) as ended:
        main(["read", "form.pdf", "cut.png", *outputs])
    said = capsys.readouterr()
    assert ended.value.code == 2  # of the page that is not there
    lines = [line.split("\t") for line in said.out.splitlines()]
    assert [line[:2] for line in lines[:3]] == [
        ["form.pdf page 1", "7"], ["form.pdf page 2", ""], ["form.pdf page 3", "4"],
    ]  # fmt: skip
    rows = list(csv.DictReader(Path("out.csv").read_text().splitlines()))
    assert [(row["file"], row["page"], row["text"]) for row in rows[:3]] == [
        ("form.pdf", "1", "7"), ("form.pdf", "2", ""), ("form.pdf", "3", "4"),
    ]  # fmt: skip
    assert rows[1]["reason"].startswith("error: is damaged")
    assert Path("out.xlsx").read_bytes().startswith(b"PK")
    assert "form.pdf page 2" in Path("out.html").read_text()
    assert [line.partition(":")[0] for line in said.err.splitlines()] == [
        "out.csv", "out.xlsx", "out.html",
    ]  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main(["read", "form.pdf", "--csv", "out.csv"])
    assert ended.value.code == 2
    assert "out.csv: exists already" in capsys.readouterr().err


def test_what_is_expected_and_not_found_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    monkeypatch.chdir(tmp_path)
    paint("7").save("7.png")
    with pytest.raises(SystemExit) as ended:
        main(["read", "7.png", "--expect", "isbn"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == (
        "7.png\t7\tunsure\t7 nothing that it may be matches what is expected\n"
    )
    with pytest.raises(SystemExit) as ended:
        main(["read", "7.png", "--expect", "31..1"])
    assert ended.value.code == 1
    assert "hint: the lower end comes first: 1..31" in capsys.readouterr().err
