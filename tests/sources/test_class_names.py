from __future__ import annotations

import pytest

from tenfold.sources.class_names import class_of


@pytest.mark.parametrize(
    ("name", "digit"),
    [
        ("7", 7), ("07", 7), ("seven", 7), ("Seven", 7), ("digit_7", 7), ("digit-7", 7),
        ("Class 7", 7), ("label7", 7), ("7_seven", 7), ("number 7", 7), ("0", 0), ("zero", 0),
    ],
)  # fmt: skip
def test_a_name_of_a_class(name: str, digit: int) -> None:
    assert class_of(name) == digit


@pytest.mark.parametrize(
    "name",
    ["10", "train", "batch_7", "page7", "7_8", "three_4", "", "scan", "007", "v2", "run 3", "2024"],
)
def test_other_names_are_of_no_class(name: str) -> None:
    assert class_of(name) is None
