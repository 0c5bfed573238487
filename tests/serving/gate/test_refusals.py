"""Errors that refuse a request."""

from __future__ import annotations

import pytest

from tenfold.errors import DataError, ModelError
from tenfold.serving.gate.refusals import Refused, busy, status_of, too_large


@pytest.mark.parametrize(("asked", "sent"), [(0, "1"), (1, "1"), (7, "7")])
def test_a_busy_server_says_when_to_ask_again(asked: int, sent: str) -> None:
    refused = busy("all places are taken", asked)
    assert refused.status == 503
    assert refused.headers == {"retry-after": sent}
    assert refused.hint == f"try again in {'a second' if sent == '1' else '7 seconds'}"


def test_too_much_is_413() -> None:
    assert status_of(too_large("too many tiles", "send fewer")) == 413


@pytest.mark.parametrize("error", [DataError("broken", hint="."), ModelError("broken", hint=".")])
def test_an_error_of_the_content_is_422(error: DataError | ModelError) -> None:
    assert status_of(error) == 422


def test_a_refusal_has_no_headers_unless_it_is_given_some() -> None:
    assert Refused(400, "broken", hint=".").headers == {}
