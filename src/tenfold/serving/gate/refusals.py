"""Why a request is refused, as errors that the envelope turns into JSON."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.errors import TenfoldError, UsageError

RETRY_SECONDS = 1  # at least, and where no queue says more


class Refused(UsageError):
    """A request that is not answered, with the HTTP status that says why."""

    def __init__(
        self, status: int, message: str, *, hint: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = dict(headers or {})


def busy(what: str, retry_seconds: int = RETRY_SECONDS) -> Refused:
    seconds = max(RETRY_SECONDS, retry_seconds)
    again = "a second" if seconds == 1 else f"{seconds} seconds"
    return Refused(503, what, hint=f"try again in {again}", headers={"retry-after": str(seconds)})


def too_large(what: str, hint: str) -> Refused:
    return Refused(413, what, hint=hint)


def status_of(error: TenfoldError) -> int:
    """DataError and its kin are about what was sent: the sender can do something about them."""
    return error.status if isinstance(error, Refused) else 422
