"""A connection to Kaggle by its own library, with time limits, and its refusals as errors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tenfold import __version__
from tenfold.errors import KaggleError, MissingExtraError
from tenfold.interop.kaggle.credentials import HOW, Credentials, find_credentials

COMPETITION = "digit-recognizer"
SITE = "https://www.kaggle.com/competitions"
CONNECT_SECONDS, ANSWER_SECONDS = 20, 120  # without limits, Kaggle's library waits for ever


@dataclass(frozen=True, eq=False)
class Connection:
    """`api` are the calls about competitions; `put` sends a file to an address, and `credentials`
    are what both were made with."""

    api: Any
    session: Any
    credentials: Credentials

    def put(self, address: str, content: bytes) -> None:
        """Upload a file to the address that Kaggle named, without the user's token."""
        import requests

        answer = requests.put(address, data=content, timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
        answer.raise_for_status()


@contextlib.contextmanager
def connected(competition: str) -> Iterator[Connection]:
    """Yield a connection; what Kaggle refuses during the block becomes a KaggleError.

    Raises MissingExtraError, and KaggleError without credentials, before anything is sent.
    """
    try:
        import requests
        from kagglesdk import KaggleClient
    except ModuleNotFoundError:
        raise MissingExtraError("Kaggle", "kaggle") from None
    credentials = find_credentials()
    client = KaggleClient(
        api_token=credentials.token,
        username=credentials.username,
        password=credentials.key,
        user_agent=f"tenfold/{__version__}",
    )
    try:
        with client:
            session = client.http_client()._session
            for scheme in ("http://", "https://"):
                session.mount(scheme, _with_time_limit())
            api = client.competitions.competition_api_client
            yield Connection(api, session, credentials)
    except requests.RequestException as problem:
        raise _as_kaggle_error(problem, competition, credentials) from problem


def _with_time_limit() -> Any:
    from requests.adapters import HTTPAdapter

    class Limited(HTTPAdapter):
        def send(self, request: Any, **settings: Any) -> Any:  # type: ignore[override]
            settings["timeout"] = (CONNECT_SECONDS, ANSWER_SECONDS)
            return super().send(request, **settings)

    return Limited()


def _as_kaggle_error(problem: Any, competition: str, credentials: Credentials) -> KaggleError:
    """What a refusal means, and what to do about it."""
    if problem.response is None:
        kind = type(problem).__name__
        return KaggleError(
            f"Kaggle cannot be reached ({kind})", hint="check the connection, and try again"
        )
    status = problem.response.status_code
    said = _said(problem.response)
    if status == 401:
        return KaggleError(
            f"Kaggle does not accept the token of {credentials.where} (401{said})",
            hint=f"it may have expired: {HOW}",
        )
    if status == 403:
        return KaggleError(
            f"Kaggle refuses access to '{competition}' (403{said})",
            hint=f"join it and accept its rules, once, at {SITE}/{competition}/rules",
        )
    if status == 404:
        return KaggleError(
            f"Kaggle has no open competition '{competition}' (404{said})",
            hint=f"take the name from its address: {SITE}/NAME",
        )
    if status == 429:
        after = problem.response.headers.get("Retry-After", "")
        wait = f"in {after} seconds" if after.isdecimal() else "in some minutes"
        return KaggleError(f"Kaggle: too many requests (429{said})", hint=f"try again {wait}")
    if status >= 500:
        return KaggleError(
            f"Kaggle has a fault of its own ({status}{said})", hint="try again later"
        )
    return KaggleError(
        f"Kaggle refuses the request ({status}{said})", hint=f"look at {SITE}/{competition}"
    )


def _said(response: Any) -> str:
    """Kaggle's own words, where it gave some, in one line."""
    with contextlib.suppress(ValueError, AttributeError):
        words = " ".join(str(response.json().get("message") or "").split())
        if words:
            return f": {words[:200]}"
    return ""
