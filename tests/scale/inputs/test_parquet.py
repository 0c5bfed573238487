"""Parquet in shards: groups of rows; columns, lists and pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conftest import drawn_digits
from cut_inputs import cut, only, read_all
from scored import score
from tenfold.digits import DataOptions
from tenfold.errors import DataError
from tenfold.predictions import predict
from tenfold.scale.inputs import RowOptions

pa = pytest.importorskip("pyarrow", reason="the parquet extra is not installed")
pq = pytest.importorskip("pyarrow.parquet")


def written(path: Path, columns: dict[str, Any], group: int = 25) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=group)
    return path


def png(tile: Any) -> bytes:
    content = io.BytesIO()
    Image.fromarray(tile).save(content, "PNG")
    return content.getvalue()


def forms(tiles: Any) -> dict[str, dict[str, Any]]:
    """The same tiles as columns, as lists and as pictures."""
    flat = tiles.reshape(len(tiles), 784)
    keys = [f"k{row}" for row in range(len(tiles))]
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), 784)
    pictures = [{"bytes": png(tile), "path": None} for tile in tiles]
    return {
        "columns": {"key": keys, **{f"pixel{i}": flat[:, i] for i in range(784)}},
        "floats": {"key": keys, "image": (flat / 255).astype(np.float32).tolist()},
        "fixed": {"key": keys, "image": fixed},
        "nested": {"key": keys, "image": tiles.tolist()},
        "pictures": {"key": keys, "image": pictures},
    }


@pytest.mark.parametrize("form", ["columns", "floats", "fixed", "nested", "pictures"])
def test_every_form_is_read_group_by_group(tmp_path: Path, form: str) -> None:
    tiles = drawn_digits(90).images
    path = written(tmp_path / "t.parquet", forms(tiles)[form])
    file = only(path)
    cuts, _ = cut(file, 30)
    assert [(c.start, c.stop, c.first_row, c.rows) for c in cuts] == [(0, 2, 1, 50), (2, 4, 51, 40)]
    found = read_all(path, 30, RowOptions("key", ("key",)))
    assert found.rows == list(range(1, 91))
    assert np.array_equal(found.images, tiles)
    ids = [str(value) for batch in found.batches for value in batch.ids or ()]
    assert ids == [f"k{row}" for row in range(90)]


def test_the_answers_are_those_of_predict(tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", forms(drawn_digits(60).images)["fixed"])
    out = tmp_path / "out"
    scored = score(path, out, shard_rows=25, format="parquet", keep=["key"], probabilities=True)
    assert scored.parts == 3
    table = pa.concat_tables([pq.read_table(part) for part in sorted((out / "parts").iterdir())])
    predicted = predict(str(path), options=DataOptions("none"))
    assert table["label"].to_pylist() == predicted.labels.tolist()
    best = predicted.probabilities.max(axis=1)
    assert np.array_equal(table["probability"].to_numpy(), best)
    assert table["key"].to_pylist()[:2] == ["k0", "k1"]
    assert table.schema.field("id").type == pa.int64()
    assert np.array_equal(table["p3"].to_numpy(), predicted.probabilities[:, 3])


def test_bad_rows_are_told_by_their_number(tmp_path: Path) -> None:
    tiles = drawn_digits(20).images
    lists: list[Any] = tiles.reshape(20, 784).tolist()
    lists[3], lists[7], lists[9] = None, lists[7][:100], [300, *lists[9][1:]]
    found = read_all(written(tmp_path / "l.parquet", {"image": lists}), 10)
    assert found.bad == [
        ("10", "pixel0 is 300, expected 0..255"),
        ("4", "holds no 784 values"),
        ("8", "holds no 784 values"),
    ]
    assert len(found.images) == 17
    assert np.array_equal(found.images[3], tiles[4])
    columns = forms(tiles)["columns"]
    columns["pixel5"] = [None if row == 2 else 7 for row in range(20)]
    found = read_all(written(tmp_path / "c.parquet", columns), 10)
    assert found.bad == [("3", "pixel5 is missing")]
    pictures = forms(tiles)["pictures"]
    pictures["image"][6] = {"bytes": b"no picture", "path": None}
    found = read_all(written(tmp_path / "p.parquet", pictures), 10)
    assert [place for place, _ in found.bad] == ["7"]
    assert len(found.images) == 19


def test_a_column_that_is_not_there_and_one_too_many_are_named(tmp_path: Path) -> None:
    path = written(
        tmp_path / "t.parquet", {"image": forms(drawn_digits(5).images)["fixed"]["image"]}
    )
    with pytest.raises(DataError, match="has no column 'who'"):
        read_all(path, 10, RowOptions("who"))
    two = forms(drawn_digits(5).images)["fixed"]["image"]
    path = written(tmp_path / "two.parquet", {"a": two, "b": two})
    with pytest.raises(DataError, match="columns a, b may all be the image"):
        only(path)
    path = written(tmp_path / "none.parquet", {"a": [1, 2]})
    with pytest.raises(DataError, match="has no column of images"):
        only(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", forms(drawn_digits(5).images)["fixed"])
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DataError, match="is cut short or damaged"):
        only(path)
