"""Labels in the names of pictures; what they leave open is not guessed."""

from __future__ import annotations

import pytest

from tenfold.errors import DataError, UsageError
from tenfold.sources.pictures.name_labels import labels_of_names


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["7_0012.png", "3_0001.png", "3_0002.png"], [7, 3, 3]),
        (["0012_7.png", "0013_3.png"], [7, 3]),
        (["img_12_label_7.jpg", "img_3_label_4.jpg"], [7, 4]),
        (["label_7_img_3.jpg", "label_4_img_2.jpg"], [7, 4]),
        (["digit7-3.png", "digit4-1.png"], [7, 4]),
        (["seven_1.png", "three_2.png"], [7, 3]),
        (["7 (1).png", "7 (2).png", "3 (1).png"], [7, 7, 3]),
        (["train_5_00123.png", "train_0_00007.png"], [5, 0]),
        (["7a.png", "7b.png", "0a.png"], [7, 7, 0]),
        (["a7_7.png", "b3_3.png"], [7, 3]),
    ],
)
def test_what_names_say(names: list[str], labels: list[int]) -> None:
    found, words = labels_of_names(names, None, "x")
    assert found == labels
    assert "label" in words


@pytest.mark.parametrize(
    "names",
    [
        ["a.png", "b.png"],
        ["1.png", "2.png", "10.png"],
        ["IMG_20231105_123456.jpg", "IMG_20231106_123456.jpg"],
        ["scan1.png", "scan2.png", "scan3.png"],
        ["7_1.png", "other.png"],
        ["page12_11.png", "page12_12.png"],
    ],
)
def test_names_without_labels(names: list[str]) -> None:
    assert labels_of_names(names, None, "x")[0] is None


def test_numbers_that_count_are_said_to_count() -> None:
    found, words = labels_of_names(["1.png", "2.png", "3.png"], None, "x")
    assert found is None
    assert "count the pictures; if they are labels: --label first" in words
    assert labels_of_names(["1.png", "2.png", "3.png"], "first", "x")[0] == [1, 2, 3]


def test_two_readings_are_both_named_and_an_option_decides() -> None:
    names = ["0_1.png", "0_2.png", "1_1.png"]
    with pytest.raises(DataError) as caught:
        labels_of_names(names, None, "scans")
    assert caught.value.message == (
        "scans: in 0_1.png, the first number may be the label (0), or the last (1)"
    )
    assert "--label first or --label last, or --label none" in caught.value.hint
    assert labels_of_names(names, "first", "scans")[0] == [0, 0, 1]
    assert labels_of_names(names, "last", "scans")[0] == [1, 2, 1]
    assert labels_of_names(names, "none", "scans") == (None, "")


@pytest.mark.parametrize("choice", ["first", "digit"])
def test_a_choice_that_does_not_fit_is_refused(choice: str) -> None:
    with pytest.raises(UsageError):
        labels_of_names(["a.png", "12.png"], choice, "x")
