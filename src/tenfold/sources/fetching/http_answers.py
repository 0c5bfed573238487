"""HTTP requests for a file: redirects, time limits, and what each failure means for the user.

Redirects are followed here and not by urllib3, which would follow one from https to http.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urljoin, urlsplit

from tenfold.errors import FetchError
from tenfold.sources.fetching.speed_watch import SpeedWatch

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, HTTPResponse, PoolManager
    from urllib3.exceptions import HTTPError

REDIRECTS_MAX = 5
ERROR_PAGE_BYTES = 4096  # of the page of an error, which are searched for its cause
TRANSIENT_STATUSES = {408, 429, 500, 502, 503, 504}

AGAIN = "run the same command again: it goes on where this one stopped, if the server lets it"
LATER = "the trouble is at the server: run the same command again in some minutes"
COPY_AGAIN = "check the link, or open the page that it came from and copy it again"
EXPIRED = "signed links expire after a while: open the page that it came from and copy a fresh one"
LOGIN = "the server wants a login: download the file with a browser, or copy a signed link"
KAGGLE = (
    "; if it is no signed link, Kaggle wants you to accept the competition's rules on its page, "
    "its name to be right, and a token, which fetch does not send: download it with a browser"
)


@dataclass(frozen=True)
class Link:
    """A link, and the form in which messages show it."""

    url: str = field(repr=False)
    shown: str  # without the query, which may be a secret


@dataclass(frozen=True)
class RetryPolicy:
    """How often to retry, and how long to wait for a server."""

    retries: int = 4
    backoff_seconds: float = 0.5  # doubled at each try
    wait_seconds_max: float = 60.0  # even if the server wants more
    timeout_seconds: float = 30.0  # for a connection, and for each piece of the body
    bytes_per_second_min: float = 1000.0  # a seventh of what a telephone modem brings
    window_seconds: float = 60.0  # over which that is counted; in the first one the answer begins
    # in all: at the lowest allowed speed Kaggle's 16 MB take 4.5 hours
    fetch_seconds_max: float = 6 * 3600.0


class TransientError(FetchError):
    """A failure that may not occur again at the next try."""

    wait_seconds = 0.0


@contextlib.contextmanager
def request(
    link: Link, headers: dict[str, str], policy: RetryPolicy, ends_at: float
) -> Iterator[tuple[HTTPResponse, SpeedWatch]]:
    """Request a file; yield the answer with its body unread, and the watch that counts its bytes.

    Raises FetchError, also while the `with` block reads the body: for too few bytes in a window of
    `policy`, and at the time `ends_at` (of time.monotonic).
    """
    bytes_min = policy.bytes_per_second_min * policy.window_seconds
    with SpeedWatch(bytes_min, policy.window_seconds, ends_at) as watch:
        try:
            with _answer(link, headers, policy, watch) as response:
                yield response, watch
        except FetchError:
            if not watch.fired:
                raise
        if watch.fired:  # whatever that looked like: an end, or a connection that broke off
            raise _too_slow(link, policy, watch) from None


def _too_slow(link: Link, policy: RetryPolicy, watch: SpeedWatch) -> FetchError:
    if watch.late:
        return out_of_time(link, policy)
    slow = (
        f"{link.shown}: less than {policy.bytes_per_second_min:g} bytes a second came over "
        f"{policy.window_seconds:g} seconds"
    )
    return TransientError(slow, hint=AGAIN)


def out_of_time(link: Link, policy: RetryPolicy) -> FetchError:
    return FetchError(
        f"{link.shown}: not done within {policy.fetch_seconds_max:g} seconds",
        hint=f"{AGAIN}; --timeout allows more seconds",
    )


@contextlib.contextmanager
def _answer(
    link: Link, headers: dict[str, str], policy: RetryPolicy, watch: SpeedWatch
) -> Iterator[HTTPResponse]:
    from urllib3 import Timeout
    from urllib3.exceptions import HTTPError

    url = link.url
    try:
        for _ in range(REDIRECTS_MAX + 1):
            with (
                watch.watched(_connections(url)) as connections,
                connections.request(
                    "GET",
                    url,
                    headers=headers,
                    timeout=Timeout(policy.timeout_seconds, policy.timeout_seconds),
                    redirect=False,
                    retries=False,
                    preload_content=False,
                ) as response,
            ):
                location = response.get_redirect_location()
                if not location:
                    yield cast("HTTPResponse", response)
                    return
                url = redirected(link, url, location)
    except HTTPError as problem:
        # `from None`, because urllib3's own messages may show the query
        raise _explained(problem, link, policy) from None
    raise FetchError(
        f"{link.shown}: is redirected more than {REDIRECTS_MAX} times", hint=COPY_AGAIN
    )


def _connections(url: str) -> PoolManager:
    """Connections to the server, or to the proxy that the environment names."""
    import urllib.request

    from urllib3 import PoolManager, ProxyManager, make_headers
    from urllib3.util import parse_url

    parts, proxies = urlsplit(url), urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
        return PoolManager()
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    login = parse_url(proxy).auth
    headers = make_headers(proxy_basic_auth=unquote(login)) if login else None
    return ProxyManager(proxy, proxy_headers=headers)


def redirected(link: Link, url: str, location: str) -> str:
    """The target of a redirect of `url`. Raises FetchError unless it is as safe as `url`."""
    try:
        there = urljoin(url, location)
        scheme = urlsplit(there).scheme
    except ValueError:
        scheme = ""
    if scheme == "https" or (scheme == "http" and urlsplit(url).scheme == "http"):
        return there
    raise FetchError(
        f"{link.shown}: is redirected to a place that is not https",
        hint="somebody may be listening: get the link from a source that you trust",
    )


def refuse_other_answers(response: BaseHTTPResponse, link: Link, policy: RetryPolicy) -> None:
    """Raise FetchError unless the answer carries data (200, or 206 for a part of it)."""
    status = response.status
    if status in (200, 206):
        return
    known = status in HTTPStatus.__members__.values()  # the phrase of the server may be anything
    phrase = f" ({HTTPStatus(status).phrase})" if known else ""
    answer = f"{link.shown}: the server answers {status}{phrase}"
    if status in TRANSIENT_STATUSES:
        trouble = TransientError(answer, hint=LATER)
        trouble.wait_seconds = min(_retry_after_seconds(response), policy.wait_seconds_max)
        raise trouble
    raise FetchError(answer, hint=_remedy(response, link))


def _remedy(response: BaseHTTPResponse, link: Link) -> str:
    from urllib3.exceptions import HTTPError

    page = b""
    with contextlib.suppress(HTTPError):
        page = response.read(ERROR_PAGE_BYTES, decode_content=False)
    if b"expired" in page.lower():  # Google Cloud says so with a 400, Amazon with a 403
        return EXPIRED
    hints = {401: LOGIN, 403: EXPIRED}
    kaggle = KAGGLE if "kaggle" in link.shown.lower() and response.status in (401, 403, 404) else ""
    return hints.get(response.status, COPY_AGAIN) + kaggle


def _retry_after_seconds(response: BaseHTTPResponse) -> float:
    from urllib3 import Retry
    from urllib3.exceptions import HTTPError

    with contextlib.suppress(HTTPError, ValueError, OverflowError):  # whatever the header says
        return Retry().get_retry_after(response) or 0.0
    return 0.0


def _explained(problem: HTTPError, link: Link, policy: RetryPolicy) -> FetchError:
    from urllib3 import exceptions

    kind: type[FetchError] = FetchError
    match problem:
        case exceptions.NameResolutionError():
            cause, hint = "no server has that name", "check the link and the internet connection"
        case exceptions.ProxyError() | exceptions.ProxySchemeUnknown():
            cause = "the proxy cannot be used"
            hint = "check the environment variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
        case exceptions.SSLError():
            cause = "the server does not prove who it is (TLS)"
            hint = (
                "check the clock; behind a company's proxy, name its certificates in SSL_CERT_FILE"
            )
        case exceptions.ConnectTimeoutError():
            kind, cause = TransientError, "the server cannot be reached"
            hint = "check the link and the internet connection, and run the same command again"
        case exceptions.TimeoutError():
            kind, cause = TransientError, f"nothing came for {policy.timeout_seconds:g} seconds"
            hint = AGAIN
        case exceptions.ProtocolError():
            kind, cause, hint = TransientError, "the connection broke off", AGAIN
        case _:
            cause, hint = "the link or the answer makes no sense", COPY_AGAIN
    return kind(f"{link.shown}: {cause}", hint=hint)
