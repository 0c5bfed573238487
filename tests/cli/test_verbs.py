"""What all verbs have in common."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click
import pytest

from command_line import call
from conftest import NEEDS_PHOTO, csv_text, drawn_digits, paint
from tenfold.cli import tenfold


def test_every_verb_has_json_quiet_and_help() -> None:
    for name, command in tenfold.commands.items():
        assert {"as_json", "quiet"} <= {parameter.name for parameter in command.params}, name
        assert command.help, name
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert all(option.help for option in options), name


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory, reports: tuple[str, ...]) -> Path:
    """A folder with inputs of every verb, which nobody changes."""
    folder = tmp_path_factory.mktemp("inputs")
    for name, report in zip("ab", reports, strict=False):
        shutil.copytree(report, folder / name)
    (folder / "file").touch()
    paint("3").save(folder / "3.png")
    (folder / "train.csv").write_text(csv_text(drawn_digits(120)))
    (folder / "test.csv").write_text(csv_text(drawn_digits(20), labelled=False))
    return folder


@pytest.mark.parametrize(
    "verb",
    [
        ["predict", "test.csv", "-o", "{}"],
        ["score", "test.csv", "-o", "{}"],
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
def test_a_place_that_cannot_be_written_is_named(
    verb: list[str],
    place: str,
    inputs: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever may write everywhere cannot write into a file, nor make folders in /proc."""
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    if verb[0] == "serve":
        pytest.importorskip("uvicorn", reason="the serve extra is not installed")
    if place.startswith("/proc") and sys.platform != "linux":
        pytest.skip("has no /proc")
    monkeypatch.chdir(inputs)
    capsys.readouterr()
    assert call(*(word.format(place) for word in verb)) == 2
    stderr = capsys.readouterr().err
    assert f"error: {place}" in stderr
    assert "fault in tenfold" not in stderr


@pytest.mark.parametrize(
    "verb",
    [
        ["predict", "test.csv", "-o", "out"],
        ["score", "test.csv", "-o", "out"],
        ["read", "picture.png", "--explain", "out"],
        pytest.param(["run", "test.csv", "--out", "out"], marks=pytest.mark.train),
    ],
    ids=lambda verb: verb[0],
)
def test_an_engine_that_is_not_installed_writes_nothing(
    verb: list[str],
    unlabelled_csv: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    monkeypatch.chdir(unlabelled_csv.parent)
    assert call(*verb, "--engine", "openvino", "--quiet") == 1
    stderr = capsys.readouterr().err
    assert "[openvino]'" in stderr
    assert stderr.count("\n") == 2
    assert not Path("out").exists()
