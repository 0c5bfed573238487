"""The bridge to the training room."""

from __future__ import annotations

import pytest

from tenfold.errors import MissingExtraError
from tenfold.interop import training


@pytest.mark.parametrize("absent", ["torch", "onnx"])
def test_without_the_extra_it_is_one_line_that_says_what_to_type(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: None if name == absent else object())
    with pytest.raises(MissingExtraError, match="train") as missing:
        training.require_training()
    assert "pip install" in missing.value.hint


def test_with_it_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: object())
    training.require_training()
