"""The locator's runtime, with the graph that ships."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tenfold.classifier import WEIGHTS
from tenfold.classifier import locator as module
from tenfold.classifier.locator import Locator
from tenfold.errors import ModelError
from tenfold.model_folder.string_folder import StringModelFolder, open_string_model


@pytest.fixture(scope="module")
def model() -> StringModelFolder:
    return open_string_model(WEIGHTS / "strings")


@pytest.fixture(scope="module")
def locator(model: StringModelFolder) -> Locator:
    return Locator(model)


@pytest.mark.parametrize("shape", [(1, 64, 104), (3, 32, 40)])
def test_there_is_an_answer_for_each_cell_of_four_pixels(
    locator: Locator, shape: tuple[int, int, int]
) -> None:
    count, height, width = shape
    cells = locator(np.full(shape, 128, np.uint8))
    assert cells.shape == (count, 8, height // 4, width // 4)
    assert cells.dtype == np.float32


def test_blank_paper_holds_no_digits(locator: Locator) -> None:
    digits = locator(np.full((1, 128, 128), 128, np.uint8))[0, 0]
    assert (1 / (1 + np.exp(-digits)) < 0.35).all()


def test_a_page_is_located_by_itself(locator: Locator) -> None:
    pages = np.random.default_rng(0).integers(0, 256, (2, 64, 64), np.uint8)
    together = locator(pages)
    alone = np.concatenate([locator(page[None]) for page in pages])
    np.testing.assert_allclose(together, alone, atol=1e-4)


@pytest.mark.parametrize(
    "pages", [np.zeros((1, 32, 32), np.float32), np.zeros((32, 32), np.uint8)], ids=["type", "axes"]
)
def test_other_pages_are_our_own_mistake(locator: Locator, pages: np.ndarray) -> None:
    with pytest.raises(ValueError, match="pages"):
        locator(pages)


def test_the_work_of_a_call_is_bounded(locator: Locator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIXELS_MAX", 32 * 32)
    locator(np.zeros((1, 32, 32), np.uint8))
    with pytest.raises(ValueError, match="pages"):
        locator(np.zeros((2, 32, 32), np.uint8))


def test_a_folder_without_a_locator_is_named(model: StringModelFolder) -> None:
    with pytest.raises(ModelError, match="has no locator"):
        Locator(dataclasses.replace(model, locator=None))
