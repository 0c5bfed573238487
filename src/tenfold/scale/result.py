"""The result of scoring: counts of rows, over all calls of a job."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ScoringResult:
    """What a job has done in all its calls: rows_in = rows_out + rejected.

    unsure: rows with a reason. parts: of the folder; 0 where the output is one file. rows_now and
    seconds are of this call alone.
    """

    output: str
    rows_in: int
    rows_out: int
    rejected: int
    unsure: int
    parts: int
    model: str
    engine: str
    rows_now: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows_now / self.seconds

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        rejected = f", {self.rejected:,} rejected" if self.rejected else ""
        parts = f" in {self.parts:,} parts" if self.parts else ""
        return f"{self.output}: {self.rows_out:,} rows{parts}{rejected}; {self.unsure:,} not sure"
