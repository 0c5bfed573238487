"""Standard streams that are closed, full or read by nobody, and names that steer terminals."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import csv_text, drawn_digits, paint
from tenfold.cli import main
from tenfold.console import Drawing, answer, printable, printable_line, shell_word, to_json
from tenfold.progress import Progress

UNIX = pytest.mark.skipif(os.name == "nt", reason="no such shell there")
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device is full there")
STEERING = [
    *map(chr, [*range(9), *range(11, 32), *range(0x7F, 0xA0)]),
    *"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u2028\u2029\ufeff\udc80\udfff\U000e0041",
]


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A shell's line, in which `tenfold` is this one, and the exit codes of what is piped."""
    line = f'tenfold() {{ "{sys.executable}" -m tenfold "$@"; }}; {command}'
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    (tmp_path / "test.csv").write_text(csv_text(drawn_digits(30), labelled=False))
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(200)))
    return tmp_path


@pytest.mark.parametrize("character", STEERING, ids=ascii)
def test_what_steers_a_terminal_is_printed_as_an_escape(character: str) -> None:
    shown = printable(f"a{character}b")
    assert shown.startswith("a\\")
    assert shown.endswith("b")
    assert shown.isascii()
    assert shown.isprintable()
    assert json.loads(to_json(character)) == character
    assert to_json(character).isascii()
    assert to_json(character).isprintable()


@pytest.mark.parametrize("text", ["é ß 数字 ३ עברית ▀█", "two\nlines\tof text", "👩\u200d🔬"])
def test_what_people_write_is_printed_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_a_name_in_a_command_is_one_word_on_one_line() -> None:
    assert shell_word("runs/1") == "runs/1"
    assert shell_word("a b\nerror: c") == "'a b\\nerror: c'"


def test_a_newline_in_a_name_starts_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert printable_line("a\nerror: b") == "a\\nerror: b"
    progress = Progress()
    progress.say("reading a\nerror: b\x1b[2J")
    assert capsys.readouterr().err == "reading a\\nerror: b\\x1b[2J\n"
    assert progress.log_lines == ["reading a\\nerror: b\\x1b[2J"]  # log.txt is printed as well


def test_the_programs_own_colours_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert answer(Drawing("\x1b[0m"), "\x1b[0m")
    assert terminal.getvalue() == "\x1b[0m\n\\x1b[0m\n"


def test_what_an_encoding_lacks_is_escaped(rows: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-m", "tenfold", "check", "数é.csv"]
    ended = subprocess.run(command, env=environment, cwd=rows, capture_output=True, check=False)
    assert ended.returncode == 2
    assert b"\\u6570\xe9.csv: no such file" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "{}"],
        ["read", "--json", "{}"],
        ["predict", "{}"],
        ["predict", "--json", "{}"],
        ["check", "{}"],
        ["check", "--json", "{}"],
        ["evaluate", "{}", "--data", "{}"],
        ["compare", "{}", "{}"],
        ["audit", "{}"],
        ["export", "{}", "--to", "out"],
        ["fetch", "{}", "--to", "out"],
        ["{}"],
    ],
    ids=" ".join,
)
def test_no_verb_prints_what_steers_a_terminal(
    arguments: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    name = str(tmp_path / "a\x1b[31m\x9b\u202e\nb\udcff.csv")
    Path(name).write_text("no rows")
    with pytest.raises(SystemExit):
        main([argument.format(name) for argument in arguments])
    printed = b"\n".join(capfdbinary.readouterr()).decode()
    assert "x1b" in printed or "u001b" in printed
    assert printable(printed) == printed
    assert "\nb" not in printed


@UNIX
@pytest.mark.parametrize("verb", ["read -", "predict -"])
def test_a_closed_standard_input_is_bad_data(verb: str, rows: Path) -> None:
    ended = shell(f"tenfold {verb} <&-", rows)
    assert ended.returncode == 2
    assert re.search(r"standard input(: |\t.*error: )is closed", ended.stdout + ended.stderr)
    assert "fault in tenfold" not in ended.stdout + ended.stderr


@UNIX
@FULL
@pytest.mark.parametrize(
    "verb", ["predict test.csv", "check test.csv", "read no.png", "--help", "--version"]
)
def test_an_answer_onto_a_full_disk_is_an_error(verb: str, rows: Path) -> None:
    ended = shell(f"tenfold {verb} > /dev/full", rows)
    assert ended.returncode == 2
    assert "error: standard output: cannot be written: No space left" in ended.stderr
    assert "fault in tenfold" not in ended.stderr


@UNIX
def test_an_answer_for_a_closed_output_is_an_error(rows: Path) -> None:
    ended = shell("tenfold predict test.csv --quiet >&-", rows)
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: standard output: is closed")


@UNIX
def test_without_a_log_the_answer_still_comes(rows: Path) -> None:
    whole = shell("tenfold predict test.csv", rows).stdout
    logs = ["2>&-", "2> >(true)", *(["2>/dev/full"] if os.path.exists("/dev/full") else [])]
    for log in logs:
        ended = shell(f"tenfold predict test.csv {log}", rows)
        assert (ended.returncode, ended.stdout) == (0, whole), log


@UNIX
def test_a_closed_pipe_does_not_change_the_exit_code(rows: Path) -> None:
    for command, code in (
        ("tenfold predict test.csv", 0),
        ("tenfold --help", 0),
        ("tenfold check test.csv", 0),
        ("tenfold check test.csv nowhere.csv", 2),
    ):
        ended = shell(f"{command} 2>/dev/null | true", rows)
        assert (ended.returncode, ended.stderr) == (code, ""), command


def test_a_broken_pipe_elsewhere_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("tenfold.predictions.predict", fail)
    with pytest.raises(SystemExit) as ended:
        main(["predict", "x.csv"])
    assert ended.value.code == 2
    assert "BrokenPipeError" in capsys.readouterr().err


SMALL = "--recipe smoke --channels 4 --batch-size 32 --epochs 2"


@UNIX
@pytest.mark.train
@pytest.mark.parametrize("outputs", ["2>&1 | head -1", ">&- 2>&- <&-"])
def test_a_run_with_closed_streams_is_a_run(outputs: str, rows: Path) -> None:
    ended = shell(f"tenfold train train.csv {SMALL} --out out {outputs}", rows)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (rows / "out" / "model" / "model.json").exists()
    log = (rows / "out" / "log.txt").read_text()
    assert log.splitlines()[-1].startswith("done in ")


@UNIX
def test_sheets_are_written_without_a_reader_of_the_answers(rows: Path) -> None:
    pytest.importorskip("cv2", reason="the photo extra is not installed")
    for name in ("1.png", "2.png"):
        paint().save(rows / name)
    ended = shell("tenfold read 1.png 2.png 3.png --explain out | true", rows)
    assert (ended.returncode, ended.stderr) == (2, "")  # there is no 3.png
    sheets = sorted(file.name for file in (rows / "out").iterdir())
    assert sheets == ["0001_1.png", "0002_2.png", "0003_3.png"]
    again = shell("tenfold read 1.png --explain out --force", rows)
    assert again.returncode == 0
    assert [file.name for file in (rows / "out").iterdir()] == ["0001_1.png"]
    (rows / "out" / "thesis.txt").touch()
    refused = shell("tenfold read 1.png --explain out --force", rows)
    assert refused.returncode == 2
    assert "(it holds thesis.txt)" in refused.stderr
    nowhere = shell("tenfold read 1.png --explain test.csv/out", rows)
    assert nowhere.returncode == 2
    assert nowhere.stderr.startswith("error: test.csv/out: cannot be written")


def test_check_replaces_its_sheets_and_nothing_else(
    rows: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(rows)
    check = ["check", "train.csv", "--out", "out", "--quiet"]
    for arguments, code in ((check, 0), (check, 2), ([*check, "--force"], 0)):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == code
    (rows / "out" / "thesis.txt").touch()
    with pytest.raises(SystemExit) as ended:
        main([*check, "--force"])
    assert ended.value.code == 2
    assert "(it holds thesis.txt)" in capsys.readouterr().err
