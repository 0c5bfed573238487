"""The work of the isolated processes where many pictures come: the string reader is opened before
the first of them, once for all processes that are forked.
"""

from __future__ import annotations

import contextlib

from tenfold.errors import MissingExtraError, ModelError
from tenfold.reading.opening.isolated_child import work
from tenfold.reading.opening.opening import SHIPPED_STRINGS

with contextlib.suppress(MissingExtraError, ModelError):  # told with the first picture
    from tenfold.reading.strings.string_reader import string_reader

    string_reader(SHIPPED_STRINGS)

__all__ = ["work"]
