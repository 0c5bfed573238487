from __future__ import annotations

import dataclasses
import io
import json
import re
import shutil
import subprocess
import sys
import typing
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from conftest import NEEDS_PHOTO, csv_text, drawn_digits, paint
from tenfold.classifier import find_model
from tenfold.cli import main, tenfold
from tenfold.errors import UsageError
from tenfold.recipes import Recipe
from tenfold.submission import read_submission

DOCS = Path(__file__).parents[1]


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_every_field_of_a_recipe_is_an_option() -> None:
    for verb in ("run", "train"):
        options = {parameter.name for parameter in tenfold.commands[verb].params}
        assert {field.name for field in dataclasses.fields(Recipe)} - {"name"} <= options


def test_every_verb_has_json_quiet_and_help() -> None:
    for name, command in tenfold.commands.items():
        assert {"as_json", "quiet"} <= {parameter.name for parameter in command.params}, name
        assert command.help, name
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert all(option.help or option.name == "seed" for option in options), name


def test_the_readme_names_every_verb_and_every_file() -> None:
    readme = (DOCS / "README.md").read_text()
    for name in tenfold.commands:
        assert re.search(rf"^tenfold {name}\b", readme, re.MULTILINE), name
    for file in (DOCS / "src" / "tenfold").rglob("*.py"):
        if file.name not in ("__init__.py", "__main__.py"):
            package = file.parent.name
            assert file.name in readme or f"  {package}/" in readme, file


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [*DOCS.glob("*.md"), *(DOCS / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            assert "://" in target or (document.parent / target).exists(), (document, target)


@pytest.fixture
def test_csv(tmp_path: Path) -> Path:
    path = tmp_path / "test.csv"
    path.write_text(csv_text(drawn_digits(30), labelled=False))
    return path


def test_predict_writes_a_checked_submission(test_csv: Path, tmp_path: Path) -> None:
    out = tmp_path / "submission.csv"
    assert call("predict", str(test_csv), "-o", str(out), "--quiet") == 0
    assert len(read_submission(out, rows=30)) == 30


def test_predict_names_the_file_of_each_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(1, 12):
        paint(str(number % 10)).save(folder / f"{number}.png")
    assert call("predict", str(folder)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ImageId,Label,File"
    assert [line.partition(",")[0] + line.rpartition("/")[2] for line in lines[1:]] == [
        f"{number}{number}.png" for number in range(1, 12)
    ]
    assert call("predict", str(folder), "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[10]["id"] == 11
    assert answers[10]["file"] == str(folder / "11.png")


def test_predict_never_writes_over_its_data(
    test_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = test_csv.read_bytes()
    assert call("predict", str(test_csv), "-o", str(test_csv), "--force") == 2
    assert "is no submission" in capsys.readouterr().err
    assert test_csv.read_bytes() == before


@pytest.mark.parametrize(
    "verb",
    [
        ["predict", "test.csv", "-o", "{}"],
        ["read", "3.png", "--explain", "{}"],
        ["check", "test.csv", "--out", "{}"],
        ["evaluate", "mnist", "--data", "train.csv", "--out", "{}"],
        ["compare", "a", "b", "--out", "{}"],
        ["audit", "a", "--out", "{}"],
        ["export", "pictures", "--to", "{}", "--format", "onnx"],
        ["fetch", "http://127.0.0.1:9/x", "--to", "{}"],
        ["serve", "--keep", "{}", "--port", "0"],
        pytest.param(["run", "train.csv", "--recipe", "smoke", "--out", "{}"],
                     marks=pytest.mark.train),
    ],
    ids=lambda verb: verb[0],
)  # fmt: skip
@pytest.mark.parametrize("place", ["file/out", "/proc/out"])
def test_a_place_that_cannot_be_written_is_said(
    verb: list[str],
    place: str,
    test_csv: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever may write everywhere cannot write into a file, nor make folders in /proc."""
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    if verb[0] == "serve":
        pytest.importorskip("uvicorn", reason="the serve extra is not installed")
    if place.startswith("/proc") and sys.platform != "linux":
        pytest.skip("has no /proc")
    monkeypatch.chdir(test_csv.parent)
    Path("file").touch()
    paint("3").save("3.png")
    Path("train.csv").write_text(csv_text(drawn_digits(120)))
    for name in "ab" if verb[0] in ("compare", "audit") else "":
        call("evaluate", "mnist", "--data", "train.csv", "--out", name, "--quiet")
    capsys.readouterr()
    assert call(*(word.format(place) for word in verb)) == 2
    said = capsys.readouterr().err
    assert f"error: {place}" in said
    assert "fault in tenfold" not in said


def test_predict_reads_stdin_and_writes_stdout(
    test_csv: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call("predict", str(test_csv))
    from_file = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(test_csv.read_bytes())))
    assert call("predict", "-") == 0
    told = capsys.readouterr()
    assert told.out == from_file
    assert told.out.startswith("ImageId,Label\n1,")
    measured = find_model("mnist").facts["measured"]
    assert told.err.startswith(
        f"model: mnist, {measured['accuracy']:.2%} right on 12,600 of 42,000"
    )
    assert "each read by the one of 3 models that was not trained on it (10 folds)" in told.err


def test_predict_runs_on_the_engine_that_was_asked_for(
    test_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not find_spec("openvino"):
        pytest.skip("needs the openvino extra")
    answers = {}
    for engine in ("onnxruntime", "openvino"):
        out = tmp_path / f"{engine}.csv"
        call("predict", str(test_csv), "--json", "-o", str(out), "--engine", engine)
        assert json.loads(capsys.readouterr().out)["engine"] == engine
        answers[engine] = out.read_text()
    assert answers["onnxruntime"] == answers["openvino"]


def test_evaluate_runs_on_the_engine_that_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "train.csv"
    path.write_text(csv_text(drawn_digits(30)))
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    assert call("evaluate", "mnist", "--data", str(path), "--engine", "openvino") == 1
    assert "pip install 'tenfold[openvino]'" in capsys.readouterr().err
    assert call("evaluate", "mnist", "--data", str(path), "--engine", "onnxruntime") == 0


@pytest.mark.parametrize(
    "verb",
    [
        ["predict", "test.csv", "-o", "out"],
        ["read", "picture.png", "--explain", "out"],
        pytest.param(["run", "test.csv", "--out", "out"], marks=pytest.mark.train),
    ],
    ids=lambda verb: verb[0],
)
def test_an_engine_that_is_not_installed_writes_nothing(
    verb: list[str],
    test_csv: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    monkeypatch.chdir(test_csv.parent)
    assert call(*verb, "--engine", "openvino", "--quiet") == 1
    said = capsys.readouterr().err
    assert "pip install 'tenfold[openvino]'" in said
    assert said.count("\n") == 2
    assert not Path("out").exists()


def test_every_engine_can_be_asked_for() -> None:
    from tenfold.classifier import Engine

    for verb in ("predict", "evaluate", "run", "read"):
        (option,) = [o for o in tenfold.commands[verb].params if o.name == "engine"]
        assert tuple(option.type.choices) == typing.get_args(Engine)


def test_predict_counts_what_it_is_unsure_of(
    test_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("predict", str(test_csv), "--json", "-o", str(tmp_path / "out.csv"))
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == 30
    assert 0 <= answer["unsure"] <= 30


def test_a_reader_that_has_seen_enough_is_no_error(test_csv: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", "predict", str(test_csv), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_evaluate_gives_accuracy_with_n_and_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.csv").write_text(csv_text(drawn_digits(40)))
    out = tmp_path / "out"
    assert call("evaluate", "mnist", "--data", str(tmp_path / "mine.csv"), "--out", str(out)) == 0
    assert re.search(r"accuracy: [\d.]+% \(n=40, 95 % [\d.]+% to ", capsys.readouterr().out)
    assert (out / "metrics.json").exists()
    assert (out / "mistakes.csv").exists()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """The model that ships, judged on drawn bars, which it cannot read; twice, and on others."""
    folder = tmp_path_factory.mktemp("reports")
    for name, seed in (("one", 0), ("more", 1)):
        (folder / f"{name}.csv").write_text(csv_text(drawn_digits(40, seed=seed)))
        data, out = str(folder / f"{name}.csv"), str(folder / name)
        assert call("evaluate", "mnist", "--data", data, "--out", out, "--quiet") == 0
    shutil.copytree(folder / "one", folder / "other")
    return str(folder / "one"), str(folder / "other"), str(folder / "more")


def test_compare_takes_what_evaluate_has_written(
    reports: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("compare", *reports[:2], "--out", str(tmp_path / "out")) == 0
    assert "No difference can be told from these 40 rows." in capsys.readouterr().out
    assert call("compare", *reports[:2], "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["n"], answer["better"], answer["mcnemar_p"]) == (40, None, 1.0)
    assert (tmp_path / "out" / "differing.csv").exists()


def test_reports_on_different_files_are_not_compared(
    reports: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("compare", reports[0], reports[2]) == 2
    assert "were judged on different data" in capsys.readouterr().err


def test_audit_answers_in_json_lines(
    reports: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("audit", reports[0], "--json") == 0
    suspects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert suspects
    assert [one["rank"] for one in suspects] == list(range(1, len(suspects) + 1))
    assert call("audit", reports[0], "--count", "1") == 0
    told = capsys.readouterr().out
    assert told.startswith("audited: 40 rows that the model was neither trained on nor")
    assert suspects[0]["place"].rpartition("/")[2] in told


def test_check_draws_sheets_and_exits_zero_on_good_data(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(200)))
    out = tmp_path / "sheets"
    assert call("check", str(tmp_path / "train.csv"), "--out", str(out), "--quiet") == 0
    assert (out / "digits.png").exists()


def test_errors_are_json_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("predict", "nowhere.csv", "--json") == 2
    error = json.loads(capsys.readouterr().err)
    assert error["error"].startswith("nowhere.csv: ")
    assert error["hint"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--debug", "train", "x", "--recipe", "fats"],
        ["train", "x", "--recipe", "fats", "--debug"],
    ],
)
def test_debug_shows_the_traceback(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        main(arguments)


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (EOFError("no more"), 2, "error: EOFError: no more"),
        (MemoryError(), 2, "error: MemoryError"),
    ],
)
def test_what_nobody_foresaw_has_no_traceback_either(
    raised: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise raised

    monkeypatch.setattr("tenfold.predict.predict", fail)
    assert call("predict", "x.csv") == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_predictions_as_json_are_one_line_a_row(
    test_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("predict", str(test_csv), "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(1, 31))
    assert all(0 <= answer["label"] <= 9 for answer in answers)
    assert all(0.1 <= answer["probability"] <= 1 for answer in answers)
