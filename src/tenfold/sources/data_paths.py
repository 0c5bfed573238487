"""The paths of data, one or several, as a caller may give them."""

from __future__ import annotations

import os
from collections.abc import Sequence

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def as_typed(data: Paths) -> tuple[str, ...]:
    """One path, or several, as they were typed."""
    if isinstance(data, str | os.PathLike):
        return (os.fspath(data),)
    return tuple(os.fspath(path) for path in data)
