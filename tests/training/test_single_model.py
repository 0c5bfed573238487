"""Training one model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.digits import Digits  # noqa: E402
from tenfold.run_facts import RunFacts  # noqa: E402
from tiny_training import TINY  # noqa: E402


def test_training_leaves_denormals_as_they_were(digits: Digits, tmp_path: Path) -> None:
    from tenfold.run_folder import RunFolder
    from tenfold.training.job import TrainingJob
    from tenfold.training.single_model import train

    run = RunFolder(tmp_path / "run")
    run.begin(TINY.to_toml(), RunFacts(), force=False)
    train(TrainingJob(run, digits, TINY, 0))
    assert np.float32(1e-30) * np.float32(1e-10) > 0
