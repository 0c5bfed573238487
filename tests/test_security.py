"""SECURITY.md: what it names exists, and the limits that it states are those that hold."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from tenfold.serving.gate.limits import Limits

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = SECURITY.partition("## What is opened")[2].partition("## What it does not promise")[0]


def promises() -> list[str]:
    return re.findall(r"^- (?:.+\n)(?:  .+\n)*", PROMISES, re.MULTILINE)


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise[2:40])
def test_each_promise_names_what_checks_it(promise: str) -> None:
    if "not forgers" in promise:  # what is not promised, said where the reader looks for it
        return
    assert re.search(r"`([\w/]*test_\w+|bench/[\w/]+)\.py`", promise)


def test_what_it_names_exists() -> None:
    tests = re.findall(r"`([\w/]*test_\w+\.py)`", SECURITY)
    places = re.findall(r"`(bench/[\w/]+\.py)`|\]\(([^)#:]+)\)", SECURITY)
    assert len(tests) > 20
    for place in [f"tests/{name}" for name in tests] + [a or b for a, b in places]:
        assert (ROOT / place).exists(), place


def test_limits_are_stated_with_their_defaults() -> None:
    stated: dict[str, str] = {}
    for row in re.findall(r"^\| [^|]+ \| ([^|]+) \| ([^|]+) \|$", SECURITY, re.MULTILINE):
        numbers = re.findall(r"\d[\d,]*", row[0])
        options = re.findall(r"`--([a-z-]+)`", row[1])
        stated |= dict(zip(options, numbers, strict=True)) if options else {}
    assert {name: float(number.replace(",", "")) for name, number in stated.items()} == {
        field.name.replace("_", "-"): field.default for field in dataclasses.fields(Limits)
    }


def test_the_readme_leads_to_it() -> None:
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
