"""What a step is fed with."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.training.tiles.non_digits import NO_DIGIT  # noqa: E402
from tenfold.training.tiles.training_batch import training_batch  # noqa: E402
from tiny_training import seeded  # noqa: E402


def test_a_batch_is_part_others_part_drawn_part_rows() -> None:
    recipe = RECIPES["smoke"].replace({"non_digits": 0.25, "european": 0.25, "augment": False})
    digits = drawn_digits(40)
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labelled())
    inputs, targets = training_batch(recipe, images, labels, seeded())
    assert (targets[:10] == NO_DIGIT).all()
    assert torch.equal(targets[20:], labels[20:])
    same = (inputs[:, 0] * 255).round() == images
    assert same[20:].all()
    assert not same[:20].all(dim=2).all(dim=1).any()
    assert torch.equal(labels, torch.from_numpy(digits.labelled()))  # not changed in place
