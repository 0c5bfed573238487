"""What an error prints, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from command_line import call
from conftest import drawn_digits
from tenfold.cli import main
from tenfold.errors import UsageError
from tenfold.sources import open_digits


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
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (EOFError("no more"), 2, "error: EOFError: no more"),
        (MemoryError(), 2, "error: MemoryError"),
    ],
)
def test_an_unexpected_error_shows_no_traceback(
    raised: BaseException,
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise raised

    monkeypatch.setattr("tenfold.predictions.predict", fail)
    assert call("predict", "x.csv") == code
    stderr = capsys.readouterr().err
    assert message in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("verb", ["predict", "check"])
def test_the_code_of_a_remedy_runs_as_it_is_printed(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    digits = drawn_digits(12)
    np.savez("a 'quoted' name.npz", X=digits.images[..., None].repeat(3, axis=3), y=digits.labels)
    assert call(verb, "a 'quoted' name.npz") == 2
    printed = "\n".join(capsys.readouterr()).splitlines()
    exec("\n".join(line.strip() for line in printed if "numpy." in line), {})
    np.testing.assert_array_equal(open_digits("OTHER.npz").training_rows().images, digits.images)


def test_a_name_in_a_hint_makes_no_line_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "a\nerror: forged.png"
    Image.fromarray(drawn_digits(1).images[0].repeat(2, axis=0)).save(picture)
    assert call("predict", str(picture)) == 2
    assert "\nerror: forged" not in capsys.readouterr().err
