"""A training's state on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.digits import Digits  # noqa: E402
from tenfold.errors import DataError  # noqa: E402
from tenfold.training.loop import checkpoint  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import TINY, trained  # noqa: E402


def test_a_checkpoint_of_another_network_is_refused(digits: Digits, tmp_path: Path) -> None:
    training = trained(digits, TINY.replace({"epochs": 1}))
    path = tmp_path / "state.npz"
    checkpoint.save_state(path, training.members, training.position)
    other = TrainingState.initial(TINY.replace({"channels": 8}), 0)
    with pytest.raises(DataError, match=r"state\.npz: not a checkpoint of this training"):
        checkpoint.load_state(path, other.members)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_a_broken_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "state.npz").write_bytes(content)
    training = TrainingState.initial(TINY, 0)
    with pytest.raises(DataError, match="not a checkpoint"):
        checkpoint.load_state(tmp_path / "state.npz", training.members)
