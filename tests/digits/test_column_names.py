"""Names of columns."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tenfold.digits import Digits
from tenfold.digits.column_names import GRID_NAMES, PIXEL_NAMES, pixel_columns, shown
from tenfold.errors import DataError
from tenfold.sources.tables.csv_file import read_csv_path

OUT_OF_ORDER: dict[str, list[tuple[str, str | int]]] = {
    "the order of text": [("label", "label"), *sorted((f"pixel{i}", i) for i in range(784))],
    "no labels, the order of text": sorted((f"pixel{i}", i) for i in range(784)),
    "the grid in the order of text": [
        ("Label", "label"),
        *sorted((f"{i // 28 + 1}x{i % 28 + 1}", i) for i in range(784)),
    ],
    "an index too": [
        ("", "index"),
        ("label", "label"),
        *sorted((f"pixel{i + 1}", i) for i in range(784)),
    ],
}


@pytest.fixture
def pandas() -> ModuleType:
    return pytest.importorskip("pandas", reason="the bench extra is not installed")


@pytest.mark.parametrize("layout", OUT_OF_ORDER)
def test_the_remedy_for_shuffled_columns_gives_the_same_rows(
    layout: str,
    digits: Digits,
    tmp_path: Path,
    pandas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the hint says is typed, and the outcome read."""
    flat = digits.images.reshape(len(digits), -1)
    given = {"label": digits.labelled(), "index": np.arange(len(digits))}
    columns = [given[w] if isinstance(w, str) else flat[:, w] for _, w in OUT_OF_ORDER[layout]]
    path, other = tmp_path / "mine.csv", tmp_path / "OTHER.csv"
    names = [name for name, _ in OUT_OF_ORDER[layout]]
    frame = pandas.DataFrame(np.column_stack(columns), columns=names)
    frame = frame.rename(columns={"": "Unnamed: 0"})  # as pandas calls it when it reads the file
    frame.to_csv(path, index=False)
    with pytest.raises(DataError, match="out of order") as caught:
        read_csv_path(str(path))
    code = "\n".join(line.strip() for line in caught.value.hint.splitlines()[1:])
    monkeypatch.chdir(tmp_path)
    exec(code.replace("'FILE'", "'mine.csv'"), {})
    found = read_csv_path(str(other))[0]
    np.testing.assert_array_equal(found.images, digits.images)
    if "label" in [what for _, what in OUT_OF_ORDER[layout]]:
        np.testing.assert_array_equal(found.labels, digits.labels)


def test_shuffled_columns_say_where_the_order_breaks() -> None:
    names = ["label", *PIXEL_NAMES]
    names[3], names[7] = names[7], names[3]
    with pytest.raises(DataError, match="column 4 is pixel6, expected pixel2"):
        pixel_columns(names, "train.csv:1")


def test_pixels_of_a_known_style_are_found_beside_other_columns() -> None:
    assert pixel_columns(["id", *GRID_NAMES, "label"], "x") == tuple(range(1, 785))


def test_columns_that_are_only_numbered_are_not_pixels_by_name() -> None:
    assert pixel_columns([str(i) for i in range(785)], "x") is None
    assert pixel_columns([str(i) for i in range(784)], "x") == tuple(range(784))


def test_a_long_name_is_cut() -> None:
    assert shown("n" * 30) == "n" * 17 + "..."
