"""A plain module as a measured model folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.digits import Digits  # noqa: E402
from tenfold.errors import DataError, ModelError, UsageError  # noqa: E402
from tenfold.model_folder import open_model  # noqa: E402
from tenfold.training.given_model import write_given_model  # noqa: E402

DIGITS = drawn_digits(60)


def module() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def write(theirs: object, folder: Path, digits: Digits = DIGITS, **options: bool) -> None:
    write_given_model(theirs, digits, folder, name="theirs", mean=0.0, std=1.0, **options)


def test_nothing_is_made_up_about_its_training(tmp_path: Path) -> None:
    write(module(), tmp_path / "model")
    facts = open_model(tmp_path / "model").facts
    assert (facts.recipe.name, facts.recipe.epochs, facts.lineage.rows) == ("theirs", 0, 0)
    assert facts.measured is not None
    assert facts.measured.n == 60
    seen = open_model(tmp_path / "model").seen
    assert seen is not None
    assert not seen.complete
    assert seen.find(DIGITS).chosen_by.all()


def test_its_answers_are_calibrated_and_the_digits_stay(tmp_path: Path) -> None:
    theirs = module()
    write(theirs, tmp_path / "model")
    inputs = torch.from_numpy(DIGITS.images).unsqueeze(1).float() / 255
    with torch.no_grad():
        expected = theirs(inputs).argmax(1).numpy()
    classifier = Classifier.load(tmp_path / "model")
    np.testing.assert_array_equal(classifier.predict(DIGITS.images), expected)
    assert classifier.model.facts.temperature != 1.0


def test_an_answer_that_depends_on_chance_is_refused(tmp_path: Path) -> None:
    class Random(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return torch.flatten(images, 1)[:, :10] + torch.rand(len(images), 10)

    with pytest.raises(ModelError):
        write(Random(), tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_what_is_no_module_and_rows_without_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Dict is no torch\.nn\.Module"):
        write(module().state_dict(), tmp_path / "model")
    with pytest.raises(DataError, match="no labels"):
        write(module(), tmp_path / "model", Digits(DIGITS.images, None))
    assert not (tmp_path / "model").exists()
