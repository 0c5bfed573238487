"""Answers of a server, and what each failure means for the user."""

from __future__ import annotations

import io

import pytest
from urllib3 import HTTPResponse, exceptions

from tenfold.errors import FetchError
from tenfold.sources.fetching.http_answers import (
    AGAIN,
    COPY_AGAIN,
    EXPIRED,
    LOGIN,
    Link,
    RetryPolicy,
    TransientError,
    _explained,
    out_of_time,
    redirected,
    refuse_other_answers,
)

LINK = Link("https://a/x?s3cr3t", "https://a/x")


def test_a_redirect_never_leaves_https() -> None:
    secure = Link("https://a/x?s3cr3t", "https://a/x")
    assert redirected(secure, secure.url, "/y") == "https://a/y"
    with pytest.raises(FetchError, match="not https"):
        redirected(secure, secure.url, "http://a/y")
    with pytest.raises(FetchError, match="not https"):  # nor does it when http led to https before
        redirected(Link("http://a/x", "http://a/x"), "https://b/x", "http://c/x")


def test_a_link_hides_its_query() -> None:
    assert "s3cr3t" not in repr(LINK)


@pytest.mark.parametrize("status", [200, 206])
def test_answers_with_data_pass(status: int) -> None:
    refuse_other_answers(HTTPResponse(status=status), LINK, RetryPolicy())


def refused(status: int, body: bytes = b"", link: Link = LINK, **headers: str) -> FetchError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HTTPResponse(io.BytesIO(body), named, status, preload_content=False)
    with pytest.raises(FetchError) as raised:
        refuse_other_answers(response, link, RetryPolicy(wait_seconds_max=60.0))
    return raised.value


@pytest.mark.parametrize(
    ("status", "hint"), [(401, LOGIN), (403, EXPIRED), (404, COPY_AGAIN), (418, COPY_AGAIN)]
)
def test_a_refusal_has_the_remedy_of_its_status(status: int, hint: str) -> None:
    trouble = refused(status)
    assert str(status) in trouble.message
    assert trouble.hint == hint
    assert not isinstance(trouble, TransientError)


def test_a_page_that_says_expired_is_believed_whatever_its_status() -> None:
    assert refused(400, b"<Code>ExpiredToken</Code>").hint == EXPIRED


def test_kaggle_wants_more_than_a_link() -> None:
    hint = refused(404, link=Link("https://www.kaggle.com/x", "https://www.kaggle.com/x")).hint
    assert "accept the competition's rules" in hint


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("900", 60.0), ("soon", 0.0), (None, 0.0)]
)
def test_a_transient_error_waits_as_long_as_the_server_asks_up_to_a_limit(
    header: str | None, seconds: float
) -> None:
    trouble = refused(503, **({} if header is None else {"Retry_After": header}))
    assert isinstance(trouble, TransientError)
    assert trouble.wait_seconds == seconds


@pytest.mark.parametrize(
    ("problem", "transient", "said"),
    [
        (exceptions.SSLError("x?s3cr3t"), False, "TLS"),
        (exceptions.ReadTimeoutError(None, "x?s3cr3t", ""), True, "nothing came for 3 seconds"),
        (exceptions.ConnectTimeoutError(), True, "cannot be reached"),
        (exceptions.ProtocolError("x?s3cr3t"), True, "broke off"),
        (exceptions.ProxySchemeUnknown("x"), False, "the proxy cannot be used"),
        (exceptions.LocationParseError("x?s3cr3t"), False, "makes no sense"),
    ],
)
def test_a_failure_of_the_connection_is_explained_without_the_query(
    problem: exceptions.HTTPError, transient: bool, said: str
) -> None:
    trouble = _explained(problem, LINK, RetryPolicy(timeout_seconds=3))
    assert isinstance(trouble, TransientError) == transient
    assert said in trouble.message
    assert "s3cr3t" not in trouble.message + trouble.hint


def test_the_time_for_all_names_the_option_that_allows_more() -> None:
    trouble = out_of_time(LINK, RetryPolicy(fetch_seconds_max=5))
    assert "not done within 5 seconds" in trouble.message
    assert trouble.hint.startswith(AGAIN)
    assert "--timeout" in trouble.hint
