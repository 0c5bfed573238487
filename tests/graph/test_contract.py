"""Graphs whose sides are free: the contract of strips."""

from __future__ import annotations

import pytest

from tenfold.graph import STRIP_CONTRACT, TILE_CONTRACT, GraphFault, check_graph

pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from string_graphs import tiny_reader


def test_a_reader_of_strips_keeps_its_contract() -> None:
    check_graph(tiny_reader(), STRIP_CONTRACT)


def test_a_reader_of_strips_is_no_classifier_of_tiles() -> None:
    with pytest.raises(GraphFault, match="inputs other than images"):
        check_graph(tiny_reader(), TILE_CONTRACT)


def test_frames_that_do_not_follow_the_width_are_refused() -> None:
    with pytest.raises(GraphFault, match="computes log_probabilities"):
        check_graph(tiny_reader(stride=2), STRIP_CONTRACT)


def test_a_graph_must_fit_every_strip() -> None:
    with pytest.raises(GraphFault, match="operator 3"):
        check_graph(tiny_reader(height=33), STRIP_CONTRACT)
