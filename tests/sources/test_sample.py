"""The built-in sample."""

from __future__ import annotations

import pytest

from tenfold.sources import open_digits


@pytest.mark.train
def test_the_sample_is_1797_digits_with_a_fifth_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    source = open_digits(None)
    assert source.path == "sample"
    assert source.train is not None
    assert source.test is not None
    assert len(source.train) + len(source.test) == 1797
    assert len(source.test) == pytest.approx(1797 / 5, abs=5)
    train = {image.tobytes() for image in source.train.images}
    assert not any(image.tobytes() in train for image in source.test.images)
