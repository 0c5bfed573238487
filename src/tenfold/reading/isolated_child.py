"""The work of the isolated processes. Importing this module imports all that a picture needs."""

from __future__ import annotations

import contextlib
from typing import Any

from tenfold.errors import MissingExtraError, ModelError
from tenfold.isolation.messages import Message
from tenfold.reading.found_message import message_of
from tenfold.reading.opening import SHIPPED_STRINGS, find

with contextlib.suppress(MissingExtraError, ModelError):  # told with the first picture
    from tenfold.reading.string_reader import string_reader

    string_reader(SHIPPED_STRINGS)  # opened before the first picture


def work(request: dict[str, Any], content: bytes) -> Message:
    """Search a picture file and answer with a Found as message. Raises what `find` raises."""
    return message_of(find(content, **request | {"kinds": tuple(request["kinds"])}))
