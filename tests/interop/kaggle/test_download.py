"""The files of a competition: by a signed link, or from where a notebook has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import drawn_digits, write_kaggle_zip
from fake_kaggle import FakeKaggle
from tenfold.errors import KaggleError, OutputError
from tenfold.interop.kaggle import competition_files
from tenfold.sources import open_digits


def test_the_files_come_unpacked(kaggle: FakeKaggle, tmp_path: Path) -> None:
    written = write_kaggle_zip(tmp_path / "z.zip", drawn_digits(30), drawn_digits(20))
    kaggle.archive = written.read_bytes()
    folder = competition_files(tmp_path / "data", competition="bars")
    assert folder == tmp_path / "data"
    source = open_digits(folder)
    assert source.train is not None
    assert source.test is not None
    assert (len(source.train), len(source.test)) == (30, 20)
    assert kaggle.calls == [("DownloadDataFiles", {"competitionName": "bars"})]


def test_a_full_folder_is_refused_before_anybody_is_asked(
    kaggle: FakeKaggle, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").touch()
    with pytest.raises(OutputError):
        competition_files(tmp_path / "data")
    assert kaggle.calls == []


def test_rules_that_were_not_accepted_are_named(kaggle: FakeKaggle, tmp_path: Path) -> None:
    words = "You must accept this competition's rules"
    kaggle.refusals["DownloadDataFiles"] = (403, words, {})
    with pytest.raises(KaggleError, match="accept this competition's rules") as problem:
        competition_files(tmp_path / "data")
    assert "competitions/digit-recognizer/rules" in problem.value.hint
    assert not (tmp_path / "data").exists()


def test_a_notebook_has_them_already(
    kaggle: FakeKaggle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "input" / "digit-recognizer").mkdir(parents=True)
    monkeypatch.setattr("tenfold.interop.kaggle.download.NOTEBOOK_INPUT", str(tmp_path / "input"))
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    assert competition_files(tmp_path / "data") == tmp_path / "input" / "digit-recognizer"
    assert kaggle.calls == []


def test_without_a_token_nothing_is_asked(
    kaggle: FakeKaggle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    with pytest.raises(KaggleError, match="no token"):
        competition_files(tmp_path / "data")
    assert kaggle.calls == []
