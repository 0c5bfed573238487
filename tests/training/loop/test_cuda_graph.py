"""Training on a GPU: steps cuda_graph as CUDA graphs. Skipped where there is none."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]

from pathlib import Path  # noqa: E402

from conftest import drawn_digits  # noqa: E402
from tenfold.errors import Interrupted  # noqa: E402
from tenfold.recipes import RECIPES, Recipe  # noqa: E402
from tenfold.training.loop import checkpoint, cuda_graph  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import stop_after  # noqa: E402

TINY = RECIPES["smoke"].replace(
    {"channels": 8, "batch_size": 32, "epochs": 4, "average": 0.9, "easy_skipped": 0.5}
)
ROWS = np.arange(300)


def trained(recipe: Recipe = TINY) -> TrainingState:
    training = TrainingState.initial(recipe, 0)
    fit(training, drawn_digits(300), ROWS[:250], ROWS[250:])
    return training


def weights(training: TrainingState) -> torch.Tensor:
    return torch.cat(
        [p.detach().flatten().cpu() for network in training.networks for p in network.parameters()]
    )


@pytest.mark.parametrize("members", [1, 3])
def test_recorded_steps_learn_what_the_same_steps_learn_unrecorded(
    members: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = TINY.replace({"members": members})
    replayed = trained(recipe)
    assert replayed.position.epochs[-1]["train_loss"] < replayed.position.epochs[0]["train_loss"]
    monkeypatch.setattr(cuda_graph, "EAGER_STEPS", 10**9)
    assert torch.equal(weights(replayed), weights(trained(recipe)))


def test_a_resumed_training_ends_in_the_same_weights(tmp_path: Path) -> None:
    whole = weights(trained())
    stopped = TrainingState.initial(TINY, 0)
    with pytest.raises(Interrupted):
        fit(
            stopped,
            drawn_digits(300),
            ROWS[:250],
            ROWS[250:],
            save=lambda training: checkpoint.save_state(
                tmp_path / "state.npz", training.members, training.position
            ),
            stop=stop_after(13),
        )
    resumed = TrainingState.initial(TINY, 0)
    resumed.position = checkpoint.load_state(tmp_path / "state.npz", resumed.members)
    fit(resumed, drawn_digits(300), ROWS[:250], ROWS[250:])
    assert torch.equal(whole, weights(resumed))
