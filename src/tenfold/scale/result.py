"""The result of scoring: counts of rows, over all calls of a job."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ScoringResult:
    """What a job has done in all its calls: rows_in = rows_out + rejected.

    unsure: rows with a reason. parts: of the folder; 0 where the output is one file. rows_now and
    seconds are of this call alone. Of pictures, rows are their pages, and unsure counts `numbers`,
    which is None for tiles.
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
    numbers: int | None = None

    @property
    def rows_per_second(self) -> float:
        return self.rows_now / self.seconds

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        rejected = f", {self.rejected:,} rejected" if self.rejected else ""
        parts = f" in {self.parts:,} part{'s' * (self.parts > 1)}" if self.parts else ""
        rows, numbers = "rows", ""
        if self.numbers is not None:
            rows, numbers = "pictures", f"{self.numbers:,} numbers, "
        answered = f"{self.rows_out:,} {rows}{parts}{rejected}"
        return f"{self.output}: {answered}; {numbers}{self.unsure:,} not sure"
