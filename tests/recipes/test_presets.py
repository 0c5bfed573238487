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


def test_the_documents_offer_every_recipe_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    table = page.partition("| recipe |")[2].partition("\n\n")[0]
    offered = re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE)
    assert sorted(offered) == sorted(RECIPES)
