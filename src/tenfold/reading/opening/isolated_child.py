"""The work of the isolated processes. Importing this module imports all that one digit needs; the
string reader is opened with the first picture that needs it (`prepared_child` opens it before).
"""

from __future__ import annotations

import contextlib
from typing import Any

from tenfold.errors import MissingExtraError
from tenfold.isolation.messages import Message
from tenfold.reading.opening.detections_message import message_of
from tenfold.reading.opening.opening import find, open_only
from tenfold.reading.opening.pages import count_pages

with contextlib.suppress(MissingExtraError):  # told with the first picture
    import tenfold.reading.find  # noqa: F401  # which brings OpenCV


def work(request: dict[str, Any], content: bytes) -> Message:
    """Search a picture file or a page and answer with its detections. If "count" is asked for,
    answer with the number of pages; if "open", with the opened picture. Raises what `find` raises.
    """
    if request.pop("count", False):
        return {"pages": count_pages(content, request["file"])}, b""
    if request.pop("open", False):
        return message_of(open_only(content, request["file"], request["page"]))
    return message_of(find(content, **request | {"kinds": tuple(request["kinds"])}))
