"""A model that the server answers with."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.classifier import Classifier
from tenfold.reading.reader import Reader
from tenfold.serving.served_model import ServedModel

IMAGES = drawn_digits(5).images


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Classifier.load("mnist"))


def test_its_batches_go_through_its_own_model(reader: Reader) -> None:
    batches: list[int] = []
    served: list[int] = []

    async def answered() -> np.ndarray:
        with ThreadPoolExecutor(1) as thread:
            model = ServedModel(
                reader,
                thread,
                on_batch=batches.append,
                on_served=lambda tiles, seconds: served.append(tiles),
            )
            return (await model.batcher.outputs(IMAGES)).probabilities

    expected = reader.classifier.probabilities(IMAGES)
    np.testing.assert_array_equal(asyncio.run(answered()), expected)
    assert batches == served == [5]


def test_the_version_is_that_of_the_weights(reader: Reader) -> None:
    with ThreadPoolExecutor(1) as thread:
        model = ServedModel(reader, thread, on_batch=lambda n: None, on_served=lambda n, s: None)
        assert model.version == reader.classifier.model.version
        assert len(model.version) == 12
