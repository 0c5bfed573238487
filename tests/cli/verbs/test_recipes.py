from __future__ import annotations

import json

import pytest

from command_line import call
from tenfold.recipes import RECIPES


def test_recipes_are_listed_with_what_they_take_and_reach(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("recipes") == 0
    text = capsys.readouterr().out
    assert "99.57% of 42,000" in text
    assert all(name in text for name in RECIPES)
    assert call("recipes", "--json") == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert entries[0]["fields"]["epochs"] == RECIPES["fast"].epochs
