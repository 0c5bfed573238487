"""The settings of a job that decide what its parts hold, as the manifest records them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from tenfold.digits import CLASSES, DataOptions
from tenfold.digits.table_frame import Transposed
from tenfold.errors import UsageError
from tenfold.files.json_object import JsonObject
from tenfold.reading.tables.rows import COLUMNS
from tenfold.scale.inputs import RowOptions

PartFormat = Literal["csv", "parquet"]
FORMATS: tuple[PartFormat, ...] = get_args(PartFormat)
PROBABILITIES = tuple(f"p{digit}" for digit in range(CLASSES))
ANSWERS = ("id", "label", "probability", "reason")


@dataclass(frozen=True, kw_only=True)
class Settings(JsonObject):
    """format of the parts; probabilities: all ten of each row; keep: columns of the source that go
    through; id: the column that names a row, None for its number; label, header, transposed: how a
    table is read; rows: of a shard, about; pictures: whole pictures instead of tiles."""

    format: PartFormat = "csv"
    probabilities: bool = False
    keep: tuple[str, ...] = ()
    id: str | None = None
    label: str | None = None
    header: bool | None = None
    transposed: Transposed = "auto"
    rows: int = 0
    pictures: bool = False

    @classmethod
    def from_json(cls, saved: Any) -> Settings:
        return cls._read(saved, keep=tuple(saved.get("keep", ())))

    @property
    def wanted(self) -> RowOptions:
        return RowOptions(self.id, self.keep, DataOptions(self.label, self.header, self.transposed))

    def answer_columns(self, *, several_inputs: bool) -> tuple[str, ...]:
        """The columns of the output that do not come from the source."""
        file = ("file",) if several_inputs else ()
        return (*ANSWERS, *file, *(PROBABILITIES if self.probabilities else ()))

    def columns(self, *, several_inputs: bool) -> tuple[str, ...]:
        """The columns of the output, in their order. Raises UsageError for a column kept twice,
        and for pictures with options that are of tables."""
        if self.pictures:
            self._refuse_options_of_tables()
            return COLUMNS
        if len({*self.keep}) < len(self.keep):
            raise UsageError("--keep names a column twice", hint="give each name once")
        answer_columns = self.answer_columns(several_inputs=several_inputs)
        return (*answer_columns, *(kept_name(name, answer_columns) for name in self.keep))

    def _refuse_options_of_tables(self) -> None:
        given = {
            "--keep": self.keep,
            "--id": self.id is not None,
            "--probabilities": self.probabilities,
            "--label": self.label is not None,
            "--header": self.header is not None,
            "--transposed": self.transposed != "auto",
        }
        if wrong := [name for name, is_given in given.items() if is_given]:
            raise UsageError(
                f"{', '.join(wrong)}: is for tables of digits, and --pictures reads pictures",
                hint=f"leave it out; the columns are {', '.join(COLUMNS)}",
            )


def kept_name(name: str, answer_columns: tuple[str, ...]) -> str:
    """The name of a kept column; one of the output's own gets `source_` in front."""
    return f"source_{name}" if name in answer_columns else name
