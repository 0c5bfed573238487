"""A submission: checked before anything is sent, then sent as Kaggle's own command does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import call
from fake_kaggle import KEY, FakeKaggle
from tenfold.errors import DataError, KaggleError, UsageError
from tenfold.interop.kaggle.upload import submit

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
