"""A shard: a piece of an input, of which one part of the output is made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

from tenfold.scale.inputs import InputRange


@dataclass(frozen=True)
class Shard:
    """Number `number` of a job, cut from its input number `input`, both from 0."""

    number: int
    input: int
    cut: InputRange

    @property
    def name(self) -> str:
        """The name of its part without the ending; sorted by name, parts are in order."""
        return self.name_of(self.number)

    @staticmethod
    def name_of(number: int) -> str:
        return f"part-{number:06d}"

    def to_json(self) -> list[int | None]:
        return [self.input, *(getattr(self.cut, field.name) for field in fields(InputRange))]

    @classmethod
    def from_json(cls, number: int, saved: list[Any]) -> Self:
        source, *cut = saved
        return cls(number, source, InputRange(*cut))


@dataclass(frozen=True)
class Receipt:
    """What came of a shard: a line of parts.jsonl.

    rows_in = rows_out + rejected: tiles, or pages of pictures, in which `numbers` were found.
    `unsure` counts tiles or numbers. `sha256` and `size_bytes` are of the part, `rejects_sha256` of
    the file of rejects, empty where there is none.
    """

    shard: int
    rows_in: int
    rows_out: int
    rejected: int
    unsure: int
    sha256: str
    size_bytes: int
    rejects_sha256: str = ""
    numbers: int = 0
