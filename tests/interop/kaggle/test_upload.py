"""A submission: checked before anything is sent, then sent as Kaggle's own command does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import call
from conftest import drawn_digits
from fake_kaggle import KEY, FakeKaggle
from tenfold.classifier import find_model
from tenfold.errors import DataError, KaggleError, ModelError, UsageError
from tenfold.interop.kaggle.upload import submit
from tenfold.model_folder import write_model
from tenfold.rows_seen import RowsSeen

BARS = {"competition": "bars", "model": "mnist"}


def test_a_submission_is_uploaded_and_submitted(
    kaggle: FakeKaggle, submission: Path, test_csv: Path
) -> None:
    submitted = submit(submission, "first", **BARS, data=test_csv)
    assert [name for name, _ in kaggle.calls] == [
        "GetSubmissionLimits", "StartSubmissionUpload", "CreateSubmission",
    ]  # fmt: skip
    started, created = kaggle.calls[1][1], kaggle.calls[2][1]
    assert (started["competitionName"], started["fileName"]) == ("bars", "submission.csv")
    assert started["contentLength"] == submission.stat().st_size
    assert created["submissionDescription"] == "first"
    assert kaggle.uploaded == submission.read_bytes()
    assert kaggle.upload_authorization is None  # the token is for Kaggle alone
    assert all(agent.startswith("tenfold/") for agent in kaggle.agents)
    assert (submitted.reference, submitted.left_today, submitted.score) == (4711, 3, None)
    assert str(submitted) == "Successfully submitted to Bars (3 more today)"


def test_the_key_of_earlier_years_is_taken_too(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    monkeypatch.setenv("KAGGLE_USERNAME", KEY[0])
    monkeypatch.setenv("KAGGLE_KEY", KEY[1])
    assert submit(submission, "m", **BARS, data=test_csv).reference == 4711


def test_the_score_can_be_waited_for(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenfold.interop.kaggle.upload.ASK_SECONDS", 0.01)
    kaggle.pending = 2
    assert submit(submission, "m", **BARS, data=test_csv, wait=60).score == 0.99642
    kaggle.pending = 10**9
    assert submit(submission, "m", **BARS, data=test_csv, wait=0.05).score is None
    kaggle.error = "Evaluation failed"
    with pytest.raises(KaggleError, match="could not score the submission: Evaluation failed"):
        submit(submission, "m", **BARS, data=test_csv, wait=60)


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


def test_the_days_limit_is_asked_before_anything_is_sent(
    kaggle: FakeKaggle, submission: Path, test_csv: Path
) -> None:
    kaggle.limits = {"numToday": 5, "numTotal": 5, "numAllowedNow": 0}
    with pytest.raises(KaggleError, match="today: 5 were made") as problem:
        submit(submission, "m", **BARS, data=test_csv)
    assert "00:00 UTC" in problem.value.hint
    kaggle.limits["limitedByTotal"] = True
    with pytest.raises(KaggleError, match="from this team"):
        submit(submission, "m", **BARS, data=test_csv)
    assert kaggle.uploaded is None


def test_nobody_there_is_said(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kagglesdk import kaggle_env

    places = dict.fromkeys(kaggle_env.KaggleEnv, "http://127.0.0.1:9")
    monkeypatch.setattr(kaggle_env, "_env_to_endpoint", places)
    with pytest.raises(KaggleError, match="cannot be reached"):
        submit(submission, "m", **BARS, data=test_csv)


def test_a_model_that_has_seen_the_test_images_is_refused(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, tmp_path: Path
) -> None:
    shipped, bars = find_model("mnist"), drawn_digits(60)
    for name, seen in (
        ("trained", RowsSeen.of([bars], [])),
        ("chosen", RowsSeen.of([], [bars])),
    ):
        (tmp_path / name).mkdir()
        write_model(tmp_path / name, shipped.graph, shipped.facts, seen)
        with pytest.raises(ModelError, match="has seen 60 of the 60 test images"):
            submit(submission, "m", competition="bars", model=tmp_path / name, data=test_csv)
    assert kaggle.calls == []


def test_another_models_file_is_refused(
    kaggle: FakeKaggle, submission: Path, test_csv: Path
) -> None:
    lines = submission.read_text().splitlines()
    lines[1:11] = [f"{row},{(int(line[-1]) + 1) % 10}" for row, line in enumerate(lines[1:11], 1)]
    submission.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError, match=r"they agree on 83\.3%"):
        submit(submission, "m", **BARS, data=test_csv)
    assert submit(submission, "m", competition="bars", unchecked=True).reference == 4711


def test_what_cannot_be_checked_is_refused_unless_told(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="which model made it is not known"):
        submit(submission, "m", competition="bars", data=test_csv)
    with pytest.raises(UsageError, match="test images are not where they were"):
        submit(submission, "m", **BARS)
    with pytest.raises(DataError, match="has 60 rows, expected 28,000"):
        submit(submission, "m", model="mnist", data=test_csv)
    for message in ("", " ", "m" * 501):
        with pytest.raises(UsageError):
            submit(submission, message, **BARS, data=test_csv)
    (tmp_path / "bad.csv").write_text("ImageId,Label\n1,10\n")
    with pytest.raises(DataError, match="Label is '10'"):
        submit(tmp_path / "bad.csv", "m", **BARS, data=test_csv)
    assert kaggle.calls == []


@pytest.mark.train
def test_a_runs_own_submission_needs_no_more_words(
    kaggle: FakeKaggle, tmp_path: Path, undrawn: None
) -> None:
    from conftest import write_kaggle_zip
    from tenfold.main_job import run
    from tiny_training import TINY

    data = write_kaggle_zip(tmp_path / "bars.zip", drawn_digits(200), drawn_digits(60, seed=1))
    result = run(data, TINY, out=tmp_path / "run")
    assert result.submission is not None
    assert submit(result.submission, "m", competition="bars").reference == 4711
    data.unlink()
    with pytest.raises(UsageError, match="test images are not where they were"):
        submit(result.submission, "m", competition="bars")


def test_the_command_prints_kaggles_answer(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["submit", str(submission), "-m", "second", "--competition", "bars"]
    command += ["--model", "mnist", "--data", str(test_csv)]
    assert call(*command) == 0
    printed = capsys.readouterr()
    assert printed.out == "Successfully submitted to Bars (3 more today)\n"
    assert "mnist has seen none of the 60 test images" in printed.err
    assert call(*command, "--json", "--wait", "9") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["score"] == 0.99642
    assert answer["reference"] == 4711
