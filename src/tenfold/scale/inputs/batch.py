"""A batch of rows on their way to the classifier, and the rows that never get there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tenfold.digits import Images, Rows


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read: its place within its file, such as a line, and the reason. `file`
    is named where it is not the input itself."""

    place: str
    reason: str
    file: str = ""


@dataclass(frozen=True, eq=False)
class Batch:
    """Tiles uint8 [n, 28, 28] and the numbers of their rows in the file, int64 [n], from 1.

    `ids` is None where the number is the id. `kept` holds the values of other columns of the
    source, by name, n each: texts, or an array of pyarrow. `size_bytes` is how much of the shard
    was read for it.
    """

    images: Images
    rows: Rows
    ids: Sequence[Any] | None = None
    kept: dict[str, Sequence[Any]] = field(default_factory=dict)
    bad: Sequence[BadRow] = ()
    size_bytes: int = 0
