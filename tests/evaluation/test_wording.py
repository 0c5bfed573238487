"""Places and probabilities in words."""

from __future__ import annotations

import pytest

from tenfold.evaluation.wording import per_cent, without_common_folder


@pytest.mark.parametrize(
    ("places", "folder", "inside"),
    [
        (["a/b.zip: t.csv:12", "a/b.zip: t.csv:13"], "a/b.zip", ["t.csv:12", "t.csv:13"]),
        (["scans/7/a.png", "scans/3/a.png"], "scans", ["7/a.png", "3/a.png"]),
        (["t.csv:12", "t.csv:13"], "", ["t.csv:12", "t.csv:13"]),
        (["/x/t.csv:12"], "/x", ["t.csv:12"]),
        (["/a:1", "/b:1"], "/", ["a:1", "b:1"]),
        ([], "", []),
    ],
)
def test_a_list_names_the_common_folder_once(places: list[str], folder: str, inside: list[str]):
    assert without_common_folder(places) == (folder, inside)


def test_no_probability_is_shown_as_0_or_100_per_cent():
    assert [per_cent(p) for p in (0, 0.0006, 0.5, 0.9994, 1)] == [
        "<0.1%",
        "0.1%",
        "50.0%",
        "99.9%",
        ">99.9%",
    ]
