"""One Parquet file made of parts. A column that has several types in them becomes text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tenfold.scale.outputs.parquet_groups import ParquetGroups, import_pyarrow


def join_parquet(file: Any, parts: Sequence[Path]) -> None:
    """Write the rows of all parts to an open file, in groups of GROUP_ROWS. Raises OSError."""
    pa, pq = import_pyarrow()
    filled = [part for part in parts if pq.read_metadata(part).num_rows]
    schemas = [pq.read_schema(part) for part in filled or parts[:1]]
    schema = pa.schema([_joined(pa, schemas, place) for place in range(len(schemas[0]))])
    groups = ParquetGroups(file)
    groups.write(schema.empty_table())
    for part in filled:
        with pq.ParquetFile(part) as opened:
            for number in range(opened.num_row_groups):
                groups.write(opened.read_row_group(number).cast(schema))
    groups.close()


def _joined(pa: Any, schemas: Sequence[Any], place: int) -> Any:
    """The field of the file for that one of the parts."""
    fields = [schema.field(place) for schema in schemas]
    same = all(field.type == fields[0].type for field in fields)
    return pa.field(fields[0].name, fields[0].type if same else pa.string())
