from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from tenfold.scale.outputs import Answers
from tenfold.scale.outputs.hashed_file import HashedFile
from tenfold.scale.outputs.parquet_part import ParquetPart
from tenfold.scale.settings import Settings

pq: Any = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")


def table_of(settings: Settings, *answers: Answers) -> Any:
    content = io.BytesIO()
    part = ParquetPart(HashedFile(content), settings.columns(several_inputs=True), "a.csv")
    for batch in answers:
        part.write(batch)
    part.close()
    return pq.read_table(io.BytesIO(content.getvalue()))


def test_columns_have_the_types_of_what_they_hold() -> None:
    answers = Answers(
        np.array([8, 9]),
        np.array([3, 7]),
        np.array([0.25, 1], np.float32),
        ["low_confidence", ""],
        np.full((2, 10), 0.1, np.float32),
        {"name": ["x", None]},
    )
    table = table_of(Settings(probabilities=True, keep=("name",)), answers)
    types = {field.name: str(field.type) for field in table.schema}
    assert [types[name] for name in ("id", "label", "probability", "reason", "file", "p0")] == [
        *("int64", "int8", "float", "string", "string", "float"),
    ]
    assert table.slice(0, 1).select(["id", "label", "file", "name"]).to_pylist() == [
        {"id": 8, "label": 3, "file": "a.csv", "name": "x"}
    ]
    assert table["name"].to_pylist() == ["x", None]


def test_no_answers_are_a_table_without_rows() -> None:
    table = table_of(Settings())
    assert table.num_rows == 0
    assert table.column_names == ["id", "label", "probability", "reason", "file"]
