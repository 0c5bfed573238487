from __future__ import annotations

import re
from pathlib import Path

from tenfold.recipes import RECIPES


def test_the_notebook_recipe_is_the_notebook_to_the_letter() -> None:
    notebook = RECIPES["notebook"]
    assert (notebook.optimizer, notebook.learning_rate, notebook.momentum) == ("rmsprop", 1e-3, 0.9)
    assert (notebook.batch_size, notebook.epochs, notebook.validation) == (86, 30, 0.1)
    assert (notebook.schedule, notebook.patience, notebook.plateau_factor) == ("plateau", 3, 0.5)
    assert notebook.learning_rate_min == 1e-5
    assert (notebook.rotation, notebook.zoom, notebook.shift) == (10.0, 0.1, 0.1)
    assert not notebook.augment
    assert notebook.label_smoothing == notebook.weight_decay == 0


def test_readme_offers_every_recipe_and_no_other() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    part = readme.partition("Recipes are ")[2].partition("![Accuracy against time")[0]
    code = set(re.findall(r"(?<!`)`([a-z]+)`(?!`)", part))
    assert code == set(RECIPES), "the paragraphs on recipes name recipes alone, in code type"
