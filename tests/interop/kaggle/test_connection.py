"""What Kaggle refuses, as errors with their remedies, and the token kept out of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fake_kaggle import REFRESH, TOKEN, FakeKaggle
from tenfold.errors import KaggleError
from tenfold.interop.kaggle.upload import submit

BARS = {"competition": "bars", "model": "mnist"}


@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (401, "does not accept the token of KAGGLE_API_TOKEN", "kaggle.com/settings"),
        (403, "refuses access to 'bars'", "competitions/bars/rules"),
        (404, "no open competition 'bars'", "competitions/NAME"),
        (429, "too many requests", "in 30 seconds"),
        (500, "a fault of its own", "later"),
        (400, "refuses the request", "competitions/bars"),
    ],
)
@pytest.mark.parametrize("at", ["GetSubmissionLimits", "StartSubmissionUpload", "CreateSubmission"])
def test_each_refusal_has_its_own_remedy(
    kaggle: FakeKaggle,
    submission: Path,
    test_csv: Path,
    at: str,
    status: int,
    message: str,
    hint: str,
) -> None:
    kaggle.refusals[at] = (status, "Kaggle's own words", {"Retry-After": "30"})
    with pytest.raises(KaggleError, match=message) as problem:
        submit(submission, "m", **BARS, data=test_csv)
    assert "Kaggle's own words" in problem.value.message
    assert hint in problem.value.hint
    assert "KGAT" not in str(problem.value)


def test_an_unknown_token_is_refused_with_its_place(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, home: Path, monkeypatch: Any
) -> None:
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    (home / ".kaggle").mkdir()
    (home / ".kaggle" / "access_token").write_text("KGAT_other")
    with pytest.raises(KaggleError, match=r"the token of .*access_token \(401: Unauthenticated"):
        submit(submission, "m", **BARS, data=test_csv)


def test_a_login_gives_a_token_and_keeps_it(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, home: Path, monkeypatch: Any
) -> None:
    """What `kaggle auth login` saves: a refresh token, which gives an access token for hours."""
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    saved = home / ".kaggle" / "credentials.json"
    saved.parent.mkdir()
    login = {"refresh_token": REFRESH, "access_token": "old", "username": "somebody"}
    saved.write_text(json.dumps({**login, "access_token_expiration": "2020-01-01T00:00:00+00:00"}))
    submit(submission, "m", **BARS, data=test_csv)
    assert kaggle.uploaded is not None
    assert json.loads(saved.read_text())["access_token"] == TOKEN
    submit(submission, "m", **BARS, data=test_csv)
    assert kaggle.logins == 1  # the second one goes on with the token of the first


def test_a_login_that_has_ended_is_said(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, home: Path, monkeypatch: Any
) -> None:
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    (home / ".kaggle").mkdir()
    (home / ".kaggle" / "credentials.json").write_text('{"refresh_token": "ended"}')
    with pytest.raises(
        KaggleError, match=r"does not accept the token of .*credentials.json"
    ) as problem:
        submit(submission, "m", **BARS, data=test_csv)
    assert "kaggle auth login" in problem.value.hint


def test_nobody_there_is_said(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kagglesdk import kaggle_env

    places = dict.fromkeys(kaggle_env.KaggleEnv, "http://127.0.0.1:9")
    monkeypatch.setattr(kaggle_env, "_env_to_endpoint", places)
    with pytest.raises(KaggleError, match="cannot be reached"):
        submit(submission, "m", **BARS, data=test_csv)
