"""The model card: each of its sentences comes from the facts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from conftest import MODEL_FACTS, drawn_digits
from tenfold.model_folder.card import measured_text, model_card
from tenfold.model_folder.facts import Ancestor, FineTuningFacts, ModelFacts, PairedFacts
from tenfold.model_folder.rows_seen import RowsSeen

FACTS = ModelFacts.from_json(MODEL_FACTS)
PAIRED = PairedFacts(
    n=60, before=0.8, before_95=(0.7, 0.9), after=0.9, after_95=(0.8, 0.95), gain=0.1,
    gain_95=(0.0, 0.2), gained=7, lost=1, mcnemar_p=0.03,
)  # fmt: skip


def test_the_recipe_and_the_graph_are_named() -> None:
    card = model_card(FACTS)
    assert card.startswith(f"# tenfold model: {FACTS.recipe.name}\n")
    assert FACTS.graph.sha256 in card
    assert f"{FACTS.temperature:.4f}" in card
    assert "KeyError" not in card
    assert "{" not in card


@pytest.mark.parametrize(("epochs", "said"), [(1, "1 epoch,"), (3, "3 epochs,"), (0, "a module")])
def test_epochs_are_counted(epochs: int, said: str) -> None:
    recipe = dataclasses.replace(FACTS.recipe, epochs=epochs)
    assert said in model_card(dataclasses.replace(FACTS, recipe=recipe))


def test_a_model_without_figures_says_so() -> None:
    assert "none were left to measure it on" in measured_text(None)
    assert "none were left" in model_card(dataclasses.replace(FACTS, measured=None))


@pytest.mark.parametrize(
    ("non_digits", "said"), [(0.1, "`is_digit` is low"), (0.0, "knows the ten digits and nothing")]
)
def test_what_it_is_not_for_follows_from_the_recipe(non_digits: float, said: str) -> None:
    recipe = dataclasses.replace(FACTS.recipe, non_digits=non_digits)
    assert said in model_card(dataclasses.replace(FACTS, recipe=recipe))


def test_rows_seen_are_counted_and_their_absence_is_said() -> None:
    digits = drawn_digits(30)
    seen = RowsSeen.of([digits.take(np.arange(20))], [digits.take(np.arange(20, 30))])
    card = model_card(FACTS, seen)
    assert "20 hashes of what it was trained on and 10 of" in card
    assert "nobody had recorded them" in model_card(FACTS, seen | RowsSeen.unrecorded())
    assert "no hashes of them were kept" in model_card(FACTS)


def test_fine_tuning_names_the_start_and_both_sides() -> None:
    tuning = FineTuningFacts("fine-tuned", "the fine-tuned model", PAIRED, PAIRED)
    lineage = dataclasses.replace(FACTS.lineage, start=Ancestor("pictures", "ab" * 32))
    card = model_card(dataclasses.replace(FACTS, fine_tuning=tuning, lineage=lineage))
    assert "What fine-tuning did" in card
    assert "It began as `pictures`" in card
    assert "before 80.00% (95 % 70.00% to 90.00%), after 90.00%" in card
    assert "7 gained, 1 lost, McNemar p = 0.03" in card
    assert "kept: the fine-tuned model" in card
    assert "What fine-tuning did" not in model_card(FACTS)
