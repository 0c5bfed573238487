"""The credentials that a user has from Kaggle: an access token, the key of earlier years, or the
login that `kaggle auth login` has saved.

They are looked for where Kaggle's own command looks, in its order, without a connection.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from tenfold.errors import KaggleError

HOW = (
    "make a token at https://www.kaggle.com/settings (API) and save it as ~/.kaggle/access_token, "
    "or put it into the environment variable KAGGLE_API_TOKEN"
)
LOGIN = "credentials.json"  # in ~/.kaggle, as kagglesdk's KaggleCredentials saves it


@dataclass(frozen=True)
class Credentials:
    """A token, or a user name and a key, or a `login` that gives a token for some hours; `where` is
    where they were found."""

    where: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    key: str | None = field(default=None, repr=False)
    login: Path | None = None


def find_credentials() -> Credentials:
    """The user's credentials. Raises KaggleError where there are none, or a damaged file."""
    found = _token() or _legacy_key() or _login()
    if found is None:
        raise KaggleError("no token for Kaggle was found", hint=HOW)
    return found


def _token() -> Credentials | None:
    given = os.environ.get("KAGGLE_API_TOKEN", "").strip()
    if given and os.path.isfile(given):  # the variable may hold a token or the path of one
        return Credentials(given, token=_text(Path(given)))
    if given:
        return Credentials("KAGGLE_API_TOKEN", token=given)
    in_notebook = os.environ.get("KAGGLE_API_V1_TOKEN")  # where a Kaggle notebook keeps its token
    files = [Path(in_notebook)] if in_notebook else []
    files += [_home() / "access_token", _home() / "access_token.txt"]
    for file in files:
        if file.is_file():
            return Credentials(str(file), token=_text(file))
    return None


def _legacy_key() -> Credentials | None:
    username, key = os.environ.get("KAGGLE_USERNAME"), os.environ.get("KAGGLE_KEY")
    if username and key:
        return Credentials("KAGGLE_USERNAME and KAGGLE_KEY", username=username, key=key)
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    chosen = os.environ.get("KAGGLE_CONFIG_DIR")
    folders = [Path(chosen)] if chosen else [_home(), Path(settings) / "kaggle"]
    for folder in folders:
        file = folder / "kaggle.json"
        if file.is_file():
            try:
                saved = json.loads(_text(file))
                return Credentials(str(file), username=saved["username"], key=saved["key"])
            except (ValueError, LookupError, TypeError) as problem:
                raise KaggleError(f"{file}: holds no user name and key", hint=HOW) from problem
    return None


def _login() -> Credentials | None:
    file = _home() / LOGIN
    if not file.is_file():
        return None
    try:
        if json.loads(_text(file))["refresh_token"]:
            return Credentials(str(file), login=file)
    except (ValueError, LookupError, TypeError):
        pass
    raise KaggleError(f"{file}: holds no login", hint=f"log in again: kaggle auth login; or {HOW}")


def _home() -> Path:
    return Path(os.path.expanduser("~")) / ".kaggle"


def _text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as problem:
        raise KaggleError(f"{file}: cannot be read", hint=HOW) from problem
    if not text:
        raise KaggleError(f"{file}: is empty", hint=HOW)
    return text
