"""What names, counts and options say of the columns of a table."""

from __future__ import annotations

import pytest

from tenfold.digits import AUTO, DataOptions
from tenfold.digits.table_frame import frame_of
from tenfold.errors import DataError, UsageError

PIXELS = [f"pixel{i}" for i in range(784)]


def test_names_decide_about_pixels_and_label() -> None:
    frame = frame_of(["id", *PIXELS, "label"], 786, AUTO, "a.csv")
    assert frame.pixels == tuple(range(1, 785))
    assert frame.label == (785,)
    assert frame.others == (0, 785)
    assert frame.spare == 0
    assert frame.free == (0, 785)


def test_without_names_the_content_of_the_edges_decides() -> None:
    frame = frame_of(None, 785, AUTO, "a.csv")
    assert frame.label == ()
    assert frame.spare == 1
    assert frame.free == (0, 784)


@pytest.mark.parametrize(
    ("option", "label"), [("first", (0,)), ("last", (785,)), ("id", (0,)), ("none", ())]
)
def test_an_option_decides_about_the_label(option: str, label: tuple[int, ...]) -> None:
    names = ["id", *PIXELS, "label"]
    frame = frame_of(names, 786, DataOptions(label=option), "a.csv")
    assert frame.label == label
    assert frame.chosen


def test_columns_are_called_by_their_names_and_numbers() -> None:
    named, plain = (frame_of(n, 785, AUTO, "a.csv") for n in (["y", *PIXELS], None))
    assert named.called(0) == "column 1 ('y')"
    assert named.short(0) == "y"
    assert plain.called(0) == plain.short(0) == "column 1"


@pytest.mark.parametrize("count", [783, 796])
def test_a_count_that_no_table_of_digits_has_is_refused(count: int) -> None:
    with pytest.raises(DataError, match=f"a.csv: {count} columns, expected 785"):
        frame_of(None, count, AUTO, "a.csv")


def test_two_labels_leave_it_open() -> None:
    with pytest.raises(DataError, match="columns 'label' and 'class' may both be the label"):
        frame_of(["label", *PIXELS, "class"], 786, AUTO, "a.csv")


def test_a_label_that_is_not_there_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="digit"):
        frame_of(["id", *PIXELS], 785, DataOptions(label="digit"), "a.csv")


def test_784_columns_have_no_room_for_a_label() -> None:
    frame = frame_of(None, 784, DataOptions(label="first"), "a.csv")
    assert frame.label == ()
    named = [f"pixel{i}" for i in range(783)]
    with pytest.raises(DataError):
        frame_of(["label", *named], 784, AUTO, "a.csv")
