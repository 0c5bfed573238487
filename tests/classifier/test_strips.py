"""The string reader's runtime: batches, bounds, and outputs that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tenfold.errors import ModelError

pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from string_graphs import tiny_model, tiny_reader
from tenfold.classifier.strips import STRIPS_MAX, StripReader


def strips_of(*widths: int) -> list[np.ndarray]:
    random = np.random.default_rng(1)
    return [random.integers(0, 256, (32, width), np.uint8) for width in widths]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> StripReader:
    return StripReader(tiny_model(tmp_path_factory.mktemp("strings")))


def test_each_strip_has_a_frame_for_two_columns(reader: StripReader) -> None:
    for strip, outputs in zip(
        strips_of(16, 70, 64, 2048), reader(strips_of(16, 70, 64, 2048)), strict=True
    ):
        assert outputs.log_probabilities.shape == (strip.shape[1] // 2, 18)
        assert outputs.boxes.shape == (strip.shape[1] // 2, 4)


def test_an_answer_does_not_depend_on_the_other_strips(reader: StripReader) -> None:
    strips = strips_of(40, 60, 33, 50, 500, 64)
    together = reader(strips)
    for strip, outputs in zip(strips, together, strict=True):
        (alone,) = reader([strip])
        assert np.array_equal(alone.log_probabilities, outputs.log_probabilities)
        assert np.array_equal(alone.boxes, outputs.boxes)


def test_boxes_are_places_in_the_strip(reader: StripReader) -> None:
    (outputs,) = reader([np.zeros((32, 64), np.uint8)])  # no ink: all distances are 0
    assert outputs.boxes[0].tolist() == [1, 16, 1, 16]
    assert outputs.boxes[10].tolist() == [21, 16, 21, 16]


def test_no_strips_have_no_outputs(reader: StripReader) -> None:
    assert reader([]) == []


@pytest.mark.parametrize(
    "strip",
    [
        np.zeros((28, 64), np.uint8),
        np.zeros((32, 64), np.float32),
        np.zeros((32, 8), np.uint8),
        np.zeros((32, 2049), np.uint8),
    ],
    ids=["height", "dtype", "narrow", "wide"],
)
def test_other_shapes_are_refused(reader: StripReader, strip: np.ndarray) -> None:
    with pytest.raises(ValueError, match="strip"):
        reader([strip])


def test_the_work_of_a_call_is_bounded(reader: StripReader) -> None:
    with pytest.raises(ValueError, match="at once"):
        reader([np.zeros((32, 16), np.uint8)] * (STRIPS_MAX + 1))
    with pytest.raises(ValueError, match="at once"):
        reader([np.zeros((32, 2048), np.uint8)] * 33)


def test_a_graph_whose_answers_are_none_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    model = tiny_model(tmp_path, tiny_reader(scale=1e38))
    with pytest.raises(ModelError, match="NaN, or numbers that are no probabilities"):
        StripReader(model)
