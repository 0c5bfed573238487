"""The work of the isolated processes. Importing this module imports all that a picture needs."""

from __future__ import annotations

import contextlib
from typing import Any

from tenfold.errors import MissingExtraError
from tenfold.isolation.messages import Message
from tenfold.reading.found_message import message_of
from tenfold.reading.opening import find

with contextlib.suppress(MissingExtraError):  # a framed tile needs none of it
    import tenfold.reading.find  # noqa: F401


def work(request: dict[str, Any], content: bytes) -> Message:
    """Search a picture file and answer with a Found as message. Raises what `find` raises."""
    return message_of(find(content, **request | {"kinds": tuple(request["kinds"])}))
