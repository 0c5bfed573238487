"""From an ONNX graph to the steps of the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tenfold import graph
from tenfold.errors import ModelError
from tenfold.exporting import export

onnx = pytest.importorskip("onnx", reason="the export extra is not installed")
pytest.importorskip("cv2", reason="the export extra is not installed")

from onnx import helper  # noqa: E402

from small_networks import linear, small_model  # noqa: E402
from tenfold.exporting import operators  # noqa: E402


def test_a_network_that_the_page_has_no_way_to_run_is_refused(tmp_path: Path) -> None:
    middle = [
        helper.make_node("Relu", ["flat"], ["positive"]),
        helper.make_node("Mul", ["flat", "positive"], ["middle"]),
    ]
    model = small_model(tmp_path / "model", *linear(middle))
    with pytest.raises(ModelError, match=r"model\.onnx: .* a product of these shapes") as refused:
        export(model, tmp_path / "out")
    assert "tenfold serve" in refused.value.hint
    assert not (tmp_path / "out").exists()


def test_the_page_has_the_operators_that_a_model_may_have() -> None:
    assert set(operators.OPERATORS) == set(graph.OPERATORS)


def test_a_network_of_nans_is_refused(tmp_path: Path) -> None:
    nodes, weights = linear()
    model = small_model(tmp_path / "model", nodes, {**weights, "bias": np.full(10, np.nan, "f4")})
    with pytest.raises(ModelError, match="NaN"):
        export(model, tmp_path / "out")
