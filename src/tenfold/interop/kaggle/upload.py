"""Submit predictions to a competition, once everything that can be checked here is right."""

from __future__ import annotations

import datetime
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tenfold.errors import KaggleError, UsageError
from tenfold.interop.kaggle.connection import COMPETITION, Connection, connected
from tenfold.interop.kaggle.lineage import check_lineage
from tenfold.progress import SILENT, Progress
from tenfold.sources import Data
from tenfold.submission import read_submission

TEST_ROWS = {COMPETITION: 28_000}
MESSAGE_MAX = 500  # characters that Kaggle keeps
ASK_SECONDS = 5.0  # between two questions whether it has been scored


@dataclass(frozen=True)
class Submitted:
    """A submission that Kaggle has taken. `score` is the public one, None before it is scored;
    `left_today` how many more Kaggle takes before 00:00 UTC."""

    competition: str
    file: str
    reference: int
    said: str
    left_today: int
    score: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        """One line for people."""
        scored = "" if self.score is None else f"public score {self.score:g}, "
        return f"{self.said} ({scored}{self.left_today} more today)"


def submit(
    path: str | os.PathLike[str],
    message: str,
    *,
    competition: str = COMPETITION,
    model: str | os.PathLike[str] | None = None,
    data: Data = None,
    unchecked: bool = False,
    wait: float = 0.0,
    progress: Progress = SILENT,
) -> Submitted:
    """Submit the predictions in the file `path`, with a `message` that Kaggle shows beside them.

    Checked before anything is sent: the file, strictly; that it is what `model` says (by default
    the run that it lies in) of the test images (by default those of the run, else `data`); that the
    model has seen none of them; and the day's limit. `unchecked` leaves out model and images, for
    what another program made. `wait` seconds for the score.

    Raises DataError, ModelError, UsageError, KaggleError, MissingExtraError.
    """
    path = Path(path)
    if not message.strip() or len(message) > MESSAGE_MAX:
        raise UsageError(
            "a submission needs a message"
            if not message.strip()
            else f"the message has {len(message)} characters",
            hint=f'-m "what is new in it", at most {MESSAGE_MAX} characters',
        )
    labels = read_submission(path, rows=TEST_ROWS.get(competition))
    if unchecked:
        progress.say("note: --unchecked: what its model was trained on is not known")
    else:
        check_lineage(path, None if model is None else os.fspath(model), data, progress)
    progress.say(f"{path}: {len(labels):,} rows, checked")
    with connected(competition) as kaggle:
        left = _left_today(kaggle, competition)
        answer = _send(kaggle, path, message, competition)
        submitted = Submitted(competition, str(path), answer.ref, answer.message, left - 1)
        score = _score(kaggle, answer.ref, wait, progress) if wait and answer.ref else None
    return Submitted(**{**asdict(submitted), "score": score})


def _left_today(kaggle: Connection, competition: str) -> int:
    """How many submissions Kaggle takes before 00:00 UTC. Raises KaggleError for none."""
    from kagglesdk.competitions.types.competition_api_service import ApiGetSubmissionLimitsRequest

    request = ApiGetSubmissionLimitsRequest()
    request.competition_name = competition
    limits = kaggle.api.get_submission_limits(request)
    if limits.num_allowed_now > 0:
        return int(limits.num_allowed_now)
    if limits.limited_by_total:
        raise KaggleError(
            f"Kaggle takes no more submissions to '{competition}' from this team",
            hint=f"{limits.num_total} were made, which is the limit of this competition",
        )
    now = datetime.datetime.now(datetime.UTC)
    minutes = 24 * 60 - (60 * now.hour + now.minute)
    raise KaggleError(
        f"Kaggle takes no more submissions to '{competition}' today: {limits.num_today} were made",
        hint=f"the count begins anew at 00:00 UTC, in {minutes // 60} h {minutes % 60:02} min",
    )


def _send(kaggle: Connection, path: Path, message: str, competition: str) -> Any:
    """Upload the file to where Kaggle says, then submit it; Kaggle's answer."""
    from kagglesdk.competitions.types.competition_api_service import (
        ApiCreateSubmissionRequest,
        ApiStartSubmissionUploadRequest,
    )

    content = path.read_bytes()
    start = ApiStartSubmissionUploadRequest()
    start.competition_name = competition
    start.file_name = path.name
    start.content_length = len(content)
    start.last_modified_epoch_seconds = int(path.stat().st_mtime)
    upload = kaggle.api.start_submission_upload(start)
    kaggle.put(upload.create_url, content)
    request = ApiCreateSubmissionRequest()
    request.competition_name = competition
    request.blob_file_tokens = upload.token
    request.submission_description = message
    return kaggle.api.create_submission(request)


def _score(kaggle: Connection, reference: int, seconds: float, progress: Progress) -> float | None:
    """Ask for the public score until it is there, or the time is over. Raises KaggleError."""
    from kagglesdk.competitions.types.competition_api_service import ApiGetSubmissionRequest

    until = time.monotonic() + seconds
    request = ApiGetSubmissionRequest()
    request.ref = reference
    while True:
        found = kaggle.api.get_submission(request)
        if found.status.name == "ERROR":
            raise KaggleError(
                f"Kaggle could not score the submission: {found.error_description or 'no reason'}",
                hint="look at it on the competition's page",
            )
        if found.public_score:
            return float(found.public_score)
        if time.monotonic() + ASK_SECONDS > until:
            progress.say("not scored yet: the score will be on the competition's page")
            return None
        time.sleep(ASK_SECONDS)
