from __future__ import annotations

from pathlib import Path

from tenfold.recipes import RECIPES
from tenfold.recipes.measured_presets import PRESETS, as_text, listed

RECORDS = Path(__file__).parents[2] / "bench" / "records"


def test_every_recipe_is_listed_and_no_other() -> None:
    assert set(PRESETS) == set(RECIPES)
    assert [entry["recipe"] for entry in listed()] == list(PRESETS)
    assert all(name in as_text() for name in RECIPES)


def test_every_figure_names_its_record() -> None:
    for preset in PRESETS.values():
        if preset.accuracy is None:
            assert preset.record is None
        else:
            assert preset.record is not None
            text = (RECORDS / "README.md").read_text()
            assert f"{100 * preset.accuracy:.2f} % of {preset.rows:,}" in text
            assert preset.record in text
