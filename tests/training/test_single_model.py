"""Training one model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS as FACTS  # noqa: E402
from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.digits import Digits  # noqa: E402
from tenfold.files import write_json  # noqa: E402
from tenfold.model_folder import write_model  # noqa: E402
from tenfold.model_folder.facts import ModelFacts  # noqa: E402
from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.run_folder import RunFolder  # noqa: E402
from tenfold.run_folder.facts import RunFacts  # noqa: E402
from tenfold.training import single_model  # noqa: E402
from tenfold.training.job import TrainingJob  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.parallel import Parallelism  # noqa: E402
from tenfold.training.loop.precision import FastSettings  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph  # noqa: E402
from tenfold.training.single_model import train  # noqa: E402
from tenfold.training.tiles.non_digits import non_digits  # noqa: E402
from tiny_training import (  # noqa: E402
    TINY,
    seeded,
    tiles,
)


def test_training_leaves_denormals_as_they_were(digits: Digits, tmp_path: Path) -> None:
    from tenfold.run_folder import RunFolder
    from tenfold.training.job import TrainingJob
    from tenfold.training.single_model import train

    run = RunFolder(tmp_path / "run")
    run.create(TINY.to_toml(), RunFacts(), force=False)
    train(TrainingJob(run, digits, TINY, 0))
    assert np.float32(1e-30) * np.float32(1e-10) > 0


def test_the_threshold_of_a_picture_model_is_set_on_distorted_rows(tmp_path: Path) -> None:
    digits, recipe = (
        drawn_digits(400),
        RECIPES["smoke"].replace({"channels": 4, "batch_size": 32, "epochs": 6}),
    )
    thresholds = {}
    for pictures in (False, True):
        run = RunFolder(tmp_path / str(pictures))
        chosen = recipe.replace(
            {"pictures": float(pictures), "epochs": 6, "answered_accuracy": 0.99}
        )
        run.create(chosen.to_toml(), RunFacts(), force=False)
        trained = train(TrainingJob(run, digits, chosen, 0))
        assert trained.model is not None
        assert trained.evaluation is not None
        assert trained.evaluation.accuracy.value > 0.5
        thresholds[pictures] = trained.model.reject_threshold
    assert trained.evaluation.reject_threshold != thresholds[True]
    assert thresholds[True] > 0.3  # bars that are blurred and cut are not read so surely


def test_a_network_learns_to_recognise_non_digits_and_the_graph_agrees(tmp_path: Path) -> None:
    digits = drawn_digits(400)
    recipe = RECIPES["smoke"].replace(
        {
            "channels": 4,
            "batch_size": 32,
            "epochs": 12,
            "steps_min": 500,
            "non_digits": 0.3,
            "rotation": 5,
            "shift": 0.02,
        }
    )
    training = TrainingState.initial(recipe, 0)
    fit(training, digits, np.arange(400), np.arange(0))
    deployed = Deployed(training.networks, temperature=1.0)
    model = write_model(tmp_path, onnx_graph(deployed), ModelFacts.from_json(FACTS))
    check_parity(deployed, model, digits.images)
    classifier = Classifier(model)
    seen = classifier.outputs(drawn_digits(100, seed=5).images)
    others = (non_digits(tiles(100), seeded(7))[:, 0] * 255).byte().numpy()
    unseen = classifier.outputs(others)
    assert (seen.is_digit > 0.5).mean() > 0.9
    assert (unseen.is_digit < 0.5).mean() > 0.8
    assert seen.probabilities.shape == (100, 10)


@pytest.mark.parametrize("began_with", ["bf16", "fp32"])
@pytest.mark.parametrize("same_processor", [True, False])
def test_a_resumed_run_keeps_its_precision_and_lanes_on_the_same_processor(
    digits: Digits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    began_with: str,
    same_processor: bool,
) -> None:
    run = RunFolder(tmp_path / "run")
    run.create(TINY.to_toml(), RunFacts(), force=False)
    now = {"cpu": "this", "cpu_flags": ["amx_bf16"]}
    monkeypatch.setattr(single_model.environment, "describe", lambda: now)
    before = now if same_processor else now | {"cpu": "another"}
    write_json(run.environment, before | {"precision": began_with, "lanes": [2, 4]})
    monkeypatch.setattr(
        single_model, "find_fast_settings", lambda *given: FastSettings("by a trial")
    )
    kept = single_model._faster(TrainingJob(run, digits, TINY, 0))
    assert kept == (
        FastSettings(began_with, Parallelism(2, 4))
        if same_processor
        else FastSettings("by a trial")
    )
