from __future__ import annotations

import io

import numpy as np
import pytest

from tenfold.digits import AUTO, DataOptions
from tenfold.errors import DataError
from tenfold.scale.inputs.text_layout import TextLayout
from tenfold.sources.tables.lines import Lines

RNG = np.random.default_rng(0)
PIXELS = [",".join(map(str, row)) for row in RNG.integers(0, 256, (20, 784))]
HEADER = ",".join(f"pixel{n}" for n in range(784))


def layout_of(text: str, options: DataOptions = AUTO) -> TextLayout:
    return TextLayout.of(Lines(io.BytesIO(text.encode()), "t.csv"), options)


def test_columns_beside_the_pixels_are_known_by_name() -> None:
    rows = [f"{n},{pixels},k{n}" for n, pixels in enumerate(PIXELS)]
    layout = layout_of("\n".join([f"id,{HEADER},kind", *rows]) + "\n")
    assert (layout.columns, layout.first_pixel, layout.top, layout.whole) == (786, 1, 255, True)
    assert layout.others == {"id": 0, "kind": 785}
    assert layout.first_line == 2
    assert layout.column("kind", "t.csv") == 785
    with pytest.raises(DataError, match=r"no column 'name' beside the pixels: it has id, kind"):
        layout.column("name", "t.csv")


def test_without_a_header_nothing_can_be_called_by_name() -> None:
    layout = layout_of("\n".join(PIXELS) + "\n")
    assert (layout.others, layout.begin, layout.words()) == (None, 0, "no header")
    with pytest.raises(DataError, match="it has no header"):
        layout.column("id", "t.csv")


def test_fractions_and_another_separator_are_understood_and_said() -> None:
    rows = [";".join(f"{value:.3f}" for value in row) for row in RNG.random((20, 784))]
    layout = layout_of("\n".join([HEADER.replace(",", ";"), *rows]) + "\n")
    assert (layout.separator, layout.top, layout.whole) == (";", 1, False)
    assert "pixels 0..1, scaled to 0..255" in layout.words()


def test_a_layout_is_the_same_after_json() -> None:
    layout = layout_of("\n".join([HEADER, *PIXELS]) + "\n")
    assert TextLayout.from_json(layout.to_json()) == layout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADER}\n", "has a header and no rows"),
        (f"{HEADER}\n" + "\n".join(",".join(["999"] * 784) for _ in range(5)) + "\n", "pixel"),
    ],
)
def test_what_holds_no_digits_is_refused(text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        layout_of(text)
