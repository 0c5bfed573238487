"""Errors that refuse a request; the envelope turns them into JSON."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.errors import TenfoldError, UsageError

RETRY_SECONDS = 1  # of Retry-After at least; a queue may ask for more


class Refused(UsageError):
    """Error with the HTTP status and headers of the response."""

    def __init__(
        self, status: int, message: str, *, hint: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = dict(headers or {})


def busy(message: str, retry_seconds: int = RETRY_SECONDS) -> Refused:
    seconds = max(RETRY_SECONDS, retry_seconds)
    delay = "a second" if seconds == 1 else f"{seconds} seconds"
    return Refused(
        503, message, hint=f"try again in {delay}", headers={"retry-after": str(seconds)}
    )


def too_large(message: str, hint: str) -> Refused:
    return Refused(413, message, hint=hint)


def status_of(error: TenfoldError) -> int:
    """DataError and its kin concern the content of the request, so the sender can correct it."""
    return error.status if isinstance(error, Refused) else 422
