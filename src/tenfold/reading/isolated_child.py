"""What the isolated processes do. Importing it brings all that a picture needs."""

from __future__ import annotations

import contextlib
from typing import Any

from tenfold.errors import MissingExtraError
from tenfold.isolation.messages import Message
from tenfold.reading.found_message import message_of
from tenfold.reading.opening import find

with contextlib.suppress(MissingExtraError):  # a framed tile needs none of it
    import tenfold.reading.find  # noqa: F401


def work(asked: dict[str, Any], content: bytes) -> Message:
    """Raises as `find` does."""
    return message_of(find(content, **asked | {"kinds": tuple(asked["kinds"])}))
