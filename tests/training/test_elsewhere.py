"""Pieces of a training elsewhere compute what would be computed where they were begun."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")

import torch

from tenfold.errors import UsageError
from tenfold.training.elsewhere import ComputeSettings
from tiny_training import TINY

pytestmark = pytest.mark.train


def begun(threads: int = 1) -> ComputeSettings:
    here = ComputeSettings.of_this_process(TINY.replace({"precision": "auto"}), 10, threads, print)
    return pickle.loads(pickle.dumps(here))


def test_a_worker_takes_threads_and_what_is_faster_from_where_it_was_begun() -> None:
    before = torch.get_num_threads()
    try:
        there = begun(threads=3)
        assert torch.get_num_threads() == before
        assert there.apply() == there.faster
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_another_processor_tries_for_itself() -> None:
    other = dataclasses.replace(begun(), processor=["another", []])
    assert other.apply() is None


def test_another_version_is_refused() -> None:
    here = begun()
    assert {"tenfold", "numpy", "torch", "onnx", "onnxruntime"} == here.packages.keys()
    other = dataclasses.replace(here, packages=here.packages | {"torch": "1.0"})
    with pytest.raises(UsageError, match=r"has torch .*, the run was begun with 1\.0"):
        other.apply()
