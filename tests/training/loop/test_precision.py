"""Choice of device and precision."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.errors import UsageError  # noqa: E402
from tenfold.training.loop import precision  # noqa: E402
from tenfold.training.loop.precision import choose_hardware, denormals_flushed  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tiny_training import TINY  # noqa: E402

on_cpu = pytest.mark.skipif(torch.cuda.is_available(), reason="is about processors without a GPU")


@on_cpu
@pytest.mark.parametrize(
    ("wanted", "fast", "agrees", "bf16"),
    [
        ("fp32", True, True, False),
        ("auto", False, True, False),
        ("auto", True, False, False),
        ("auto", True, True, True),
        ("bf16", False, True, True),
    ],
)
def test_bf16_is_taken_where_it_is_fast_and_agrees(
    wanted: str, fast: bool, agrees: bool, bf16: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "cpu_has_fast_bf16", lambda: fast)
    monkeypatch.setattr(precision, "bf16_agrees", lambda network, device: agrees)
    recipe = TINY.replace({"precision": wanted})
    assert choose_hardware(recipe, build_network(recipe)).bf16 is bf16


@on_cpu
def test_bf16_that_gives_other_gradients_is_refused_where_it_is_demanded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(precision, "bf16_agrees", lambda network, device: False)
    recipe = TINY.replace({"precision": "bf16"})
    with pytest.raises(UsageError, match="bf16 gives other gradients than fp32"):
        choose_hardware(recipe, build_network(recipe))


def test_denormals_are_zero_within_the_block_alone() -> None:
    small = torch.full((64,), 1e-30)
    with denormals_flushed():
        assert float((small * 1e-10).max()) == 0
    assert np.float32(1e-30) * np.float32(1e-10) > 0
