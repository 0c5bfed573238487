"""Answers on standard output."""

from __future__ import annotations

import json

import pytest

from tenfold.cli.output import print_answer, print_json_lines, print_names


def test_an_answer_is_text_or_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer("two\nlines", as_json=False)
    print_answer({"a": "\u00e9\n"}, as_json=True)
    first, second, third = capsys.readouterr().out.splitlines()
    assert (first, second) == ("two", "lines")
    assert json.loads(third) == {"a": "\u00e9\n"}


def test_a_name_takes_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_names(["a.png", "b\nc.png"])
    assert capsys.readouterr().out == "a.png\nb\\nc.png\n"


def test_json_lines_are_one_value_a_line_and_nothing_for_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json_lines([{"a": 1}, {"b": 2}])
    print_json_lines([])
    assert capsys.readouterr().out == '{"a": 1}\n{"b": 2}\n'
