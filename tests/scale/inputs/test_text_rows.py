from __future__ import annotations

import io

import numpy as np
import pytest

from tenfold.digits import AUTO
from tenfold.scale.inputs import Batch, RowOptions
from tenfold.scale.inputs.text_layout import TextLayout
from tenfold.scale.inputs.text_rows import TextRows
from tenfold.sources.tables.lines import Lines

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 784)).astype(np.uint8)
LINES = [f"n{n}," + ",".join(map(str, row)) for n, row in enumerate(IMAGES)]
HEADER = "name," + ",".join(f"pixel{n}" for n in range(784))
TABLE = "\n".join([HEADER, *LINES]) + "\n"


def batch_of(lines: list[str], wanted: RowOptions | None = None) -> Batch:
    """The batch of a block of these lines, which begins at row 11."""
    layout = TextLayout.of(Lines(io.BytesIO(TABLE.encode()), "t.csv"), AUTO)
    rows = TextRows(layout, "t.csv", wanted or RowOptions())
    (batch,) = rows.batches([("\n".join(lines) + "\n").encode()], 11)
    return batch


def test_rows_are_numbered_and_their_pixels_kept() -> None:
    batch = batch_of(LINES)
    assert batch.rows.tolist() == list(range(11, 17))
    assert (batch.images.reshape(6, 784) == IMAGES).all()
    assert (batch.ids, batch.kept, batch.bad) == (None, {}, [])
    assert batch.size_bytes == len("\n".join(LINES)) + 1


def test_wanted_columns_come_along() -> None:
    batch = batch_of(LINES[:2], RowOptions(id="name", keep=("name",)))
    assert batch.ids == ["n0", "n1"]
    assert batch.kept == {"name": ["n0", "n1"]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "is blank"),
        ("n,1,2", "3 columns, expected 785"),
        (LINES[0].replace(",", ",\0", 1), "holds NUL bytes"),
        (LINES[0].replace(",", ",999,", 1).rsplit(",", 1)[0], "pixel0 is 999, expected 0..255"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_others_are_read(line: str, reason: str) -> None:
    batch = batch_of([LINES[0], line, LINES[1]])
    assert batch.rows.tolist() == [11, 13]
    assert [(bad.place, bad.reason) for bad in batch.bad] == [("13", reason)]  # a header above


def test_quoted_cells_are_read_too() -> None:
    quoted = ",".join(f'"{cell}"' for cell in LINES[0].split(","))
    batch = batch_of([quoted], RowOptions(id="name"))
    assert (batch.images.reshape(784) == IMAGES[0]).all()
    assert batch.ids == ["n0"]
