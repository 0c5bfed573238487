from __future__ import annotations

import numpy as np

from tenfold.training.strips.texts import CHARACTERS, SPACE, random_text


def test_texts_have_known_characters_alone() -> None:
    rng = np.random.default_rng(0)
    texts = [random_text(rng) for _ in range(500)]
    assert set("".join(texts)) == set(CHARACTERS + SPACE)
    assert all(text.strip() for text in texts)


def test_runs_of_noughts_and_of_one_digit_occur() -> None:
    rng = np.random.default_rng(1)
    texts = [random_text(rng) for _ in range(500)]
    assert sum("000" in text for text in texts) > 50
    assert any(len(set(text)) == 1 and len(text) > 4 for text in texts)
