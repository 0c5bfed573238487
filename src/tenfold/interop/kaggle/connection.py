"""A connection to Kaggle by its own library, with time limits, and its refusals as errors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tenfold import __version__
from tenfold.errors import KaggleError, MissingExtraError
from tenfold.interop.kaggle.credentials import HOW, Credentials, find_credentials

COMPETITION = "digit-recognizer"
SITE = "https://www.kaggle.com/competitions"
AGENT = f"tenfold/{__version__}"
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
    try:
        token = credentials.token
        if credentials.login is not None:
            with KaggleClient(user_agent=AGENT) as client:
                _session_of(client)
                token = _token_of_login(client, credentials.login)
        with KaggleClient(
            api_token=token,
            username=credentials.username,
            password=credentials.key,
            user_agent=AGENT,
        ) as client:
            session = _session_of(client)
            api = client.competitions.competition_api_client
            yield Connection(api, session, credentials)
    except requests.RequestException as problem:
        raise _as_kaggle_error(problem, competition, credentials) from problem


def _session_of(client: Any) -> Any:
    """The client's session, with time limits."""
    session = client.http_client()._session
    for scheme in ("http://", "https://"):
        session.mount(scheme, _with_time_limit())
    return session


def _token_of_login(client: Any, file: Path) -> str:
    """The token of a login; a new one, which Kaggle's library saves, where it has ended."""
    from kagglesdk.kaggle_creds import KaggleCredentials

    try:
        login = KaggleCredentials.load(client, str(file))
        ends = login._access_token_expiration
        if ends is None or ends < datetime.now(UTC) + timedelta(seconds=ANSWER_SECONDS):
            login.refresh_access_token()
        return str(login.get_access_token())
    except (ValueError, TypeError, AttributeError) as problem:
        raise KaggleError(
            f"{file}: holds no login that can be read", hint="log in again: kaggle auth login"
        ) from problem


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
            hint="log in again: kaggle auth login"
            if credentials.login is not None
            else f"it may have expired: {HOW}",
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
