"""Data as a caller gives it: one source or several, paths or in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.digits import Digits
from tenfold.digits.array_forms import is_frame
from tenfold.digits.containers import is_data_set, is_pairs
from tenfold.sources.opening import Data, Source

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def as_typed(paths: Paths) -> tuple[str, ...]:
    """One path, or several, as they were typed."""
    if isinstance(paths, str | os.PathLike):
        return (os.fspath(paths),)
    return tuple(os.fspath(path) for path in paths)


def sources_of(data: Data) -> tuple[Data, ...]:
    """The sources that `data` names, each as `open_digits` takes it; none for None.

    A list or tuple of paths is several. In memory, (X, y) is one source, as is a list of images;
    a list with (X, y), `Digits`, frames or data sets in it is several.
    """
    if data is None:
        return ()
    sources = tuple(data) if isinstance(data, list | tuple) and _is_several(data) else (data,)
    return tuple(
        os.fspath(source) if isinstance(source, os.PathLike) else source for source in sources
    )


def _is_several(data: Sequence[Any]) -> bool:
    if any(isinstance(item, str | os.PathLike | Digits | Source) for item in data):
        return True
    if isinstance(data, tuple):
        return len(data) != 2
    if is_pairs(data):
        return False
    return not data or any(
        isinstance(item, tuple | Mapping) or is_frame(item) or is_data_set(item) for item in data
    )
