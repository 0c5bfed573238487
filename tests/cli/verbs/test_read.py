"""tenfold read, from the command line: what reaches the library."""

from __future__ import annotations

from typing import Any

import pytest

from command_line import call


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The options of the call; every picture whose name begins with `bad` fails."""
    options: dict[str, Any] = {}

    def read_all(**named: Any) -> int:
        options.update(named)
        return sum(picture.startswith("bad") for picture in named["pictures"])

    monkeypatch.setattr("tenfold.reading.read.read_all", read_all)
    return options


def test_pictures_and_options_are_passed_on(given: dict[str, Any]) -> None:
    typed = ["--expect", "luhn", "--expect", "1..31", "--marks", "--turn", "90", "--json"]
    assert call("read", "a.png", "b.png", *typed) == 0
    assert given["pictures"] == ("a.png", "b.png")
    assert given["expect"] == ("luhn", "1..31")
    assert (given["marks"], given["turn"], given["as_json"]) == (True, "90", True)
    assert (given["model"], given["framed"], given["reject"]) == ("pictures", "auto", None)


def test_a_picture_that_cannot_be_read_is_exit_code_2(given: dict[str, Any]) -> None:
    assert call("read", "a.png", "bad.png") == 2


@pytest.mark.parametrize("typed", [["--turn", "45"], ["--reject", "2"], ["--picture-seconds", "0"]])
def test_values_out_of_range_are_wrong_use(given: dict[str, Any], typed: list[str]) -> None:
    assert call("read", "a.png", *typed) == 1
    assert not given
