"""Where the user's token or key is found, in which order, and what a damaged one says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenfold.errors import KaggleError
from tenfold.interop.kaggle.credentials import find_credentials


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_nothing_is_said_with_how_to_make_a_token(home: Path) -> None:
    with pytest.raises(KaggleError, match="no token") as problem:
        find_credentials()
    assert "https://www.kaggle.com/settings" in problem.value.hint
    assert "KAGGLE_API_TOKEN" in problem.value.hint


def test_a_token_goes_before_a_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = write(home / ".config" / "kaggle" / "kaggle.json", '{"username": "b", "key": "k2"}')
    assert find_credentials().where == str(key)
    key = write(home / ".kaggle" / "kaggle.json", json.dumps({"username": "a", "key": "k"}))
    found = find_credentials()
    assert (found.where, found.username, found.key, found.token) == (str(key), "a", "k", None)
    monkeypatch.setenv("KAGGLE_USERNAME", "c")
    monkeypatch.setenv("KAGGLE_KEY", "k3")
    assert find_credentials().username == "c"
    saved = write(home / ".kaggle" / "access_token", "KGAT_saved\n")
    assert (find_credentials().where, find_credentials().token) == (str(saved), "KGAT_saved")
    named = write(home / "elsewhere", "KGAT_named")
    monkeypatch.setenv("KAGGLE_API_TOKEN", str(named))
    assert find_credentials().token == "KGAT_named"
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_given")
    assert (find_credentials().where, find_credentials().token) == (
        "KAGGLE_API_TOKEN",
        "KGAT_given",
    )


def test_a_chosen_folder_is_the_only_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".kaggle" / "kaggle.json", '{"username": "a", "key": "k"}')
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(home / "mine"))
    with pytest.raises(KaggleError):
        find_credentials()
    write(home / "mine" / "kaggle.json", '{"username": "m", "key": "k"}')
    assert find_credentials().username == "m"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"username": "a"}', "\ufeff"])
def test_a_damaged_key_is_named(home: Path, text: str) -> None:
    file = write(home / ".kaggle" / "kaggle.json", text)
    with pytest.raises(KaggleError, match=str(file)):
        find_credentials()


def test_no_secret_is_printed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_hidden")
    assert "hidden" not in repr(find_credentials())
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    write(home / ".kaggle" / "kaggle.json", '{"username": "a", "key": "hidden"}')
    assert "hidden" not in repr(find_credentials())


def test_a_login_is_taken_last(home: Path) -> None:
    saved = write(home / ".kaggle" / "credentials.json", '{"refresh_token": "hidden"}')
    found = find_credentials()
    assert (found.where, found.login, found.token) == (str(saved), saved, None)
    assert "hidden" not in repr(found)
    write(home / ".kaggle" / "kaggle.json", '{"username": "a", "key": "k"}')
    assert find_credentials().username == "a"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"refresh_token": ""}'])
def test_a_damaged_login_is_named(home: Path, text: str) -> None:
    file = write(home / ".kaggle" / "credentials.json", text)
    with pytest.raises(KaggleError, match=str(file)) as problem:
        find_credentials()
    assert "kaggle auth login" in problem.value.hint
