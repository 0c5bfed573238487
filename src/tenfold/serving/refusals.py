"""Why a request is refused, as errors that the envelope turns into JSON."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.errors import TenfoldError, UsageError

RETRY_SECONDS = 1  # the queue is shorter than this by far


class Refused(UsageError):
    """A request that is not answered, with the HTTP status that says why."""

    def __init__(
        self, status: int, message: str, *, hint: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = dict(headers or {})


def busy(what: str) -> Refused:
    return Refused(
        503, what, hint="try again in a second", headers={"retry-after": str(RETRY_SECONDS)}
    )


def too_large(what: str, hint: str) -> Refused:
    return Refused(413, what, hint=hint)


def status_of(error: TenfoldError) -> int:
    """DataError and its kin are about what was sent: the sender can do something about them."""
    return error.status if isinstance(error, Refused) else 422
