"""The training loop."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.digits import Digits  # noqa: E402
from tenfold.errors import DivergedError, Interrupted  # noqa: E402
from tenfold.training.loop import checkpoint  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.predict import predict_logits  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import ROWS, TINY, stop_after, trained, weights  # noqa: E402


def test_it_learns(digits: Digits) -> None:
    training = trained(digits, TINY.replace({"epochs": 12}))
    other = drawn_digits(100, seed=9)
    read = predict_logits(training, torch.from_numpy(other.images)).argmax(dim=1).numpy()
    assert (read == other.labels).mean() > 0.9


def test_the_seed_decides_every_weight(digits: Digits) -> None:
    assert weights(trained(digits)) == weights(trained(digits))
    assert weights(trained(digits)) != weights(trained(digits, seed=1))


def test_all_rows_of_the_last_batch_are_used(digits: Digits) -> None:
    training = trained(digits, TINY.replace({"epochs": 1}))
    assert training.position.epochs[0]["epoch"] == 1
    seen = []
    training = TrainingState.initial(TINY.replace({"epochs": 1}), 0)

    def stop() -> bool:
        seen.append(training.position.seen)
        return False

    fit(training, digits, ROWS[:150], ROWS[150:], stop=stop)
    assert seen[-1] == 128  # before the last batch, which has 22


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "muon"},
        {"optimizer": "rmsprop"},
        {"members": 3},
        {"members": 2, "network": "notebook"},  # dropout
        {"average": 0.9, "easy_skipped": 0.5, "elastic": 0.5, "epochs": 4},
        {"average": 0.9, "clean_norms": True, "thickness": 0.5},
    ],
    ids=str,
)
@pytest.mark.parametrize("steps", [1, 5, 7])
def test_a_stopped_training_resumes_bit_for_bit(
    digits: Digits, tmp_path: Path, steps: int, changes: dict[str, object]
) -> None:
    recipe = TINY.replace({"learning_rate": 0.01, **changes})
    state = tmp_path / "state.npz"

    def save(training: TrainingState) -> None:
        checkpoint.save_state(state, training.members, training.position)

    with pytest.raises(Interrupted):
        fit(
            TrainingState.initial(recipe, 0),
            digits,
            ROWS[:160],
            ROWS[160:],
            save=save,
            stop=stop_after(steps),
        )
    resumed = TrainingState.initial(recipe, 0)
    resumed.position = checkpoint.load_state(state, resumed.members)
    fit(resumed, digits, ROWS[:160], ROWS[160:])
    straight = trained(digits, recipe)
    assert weights(resumed) == weights(straight)
    timeless = [
        [{k: v for k, v in epoch.items() if k != "seconds"} for epoch in t.position.epochs]
        for t in (resumed, straight)
    ]
    assert timeless[0] == timeless[1]


def test_a_training_that_diverges_stops_and_says_what_to_try(digits: Digits) -> None:
    recipe = TINY.replace({"optimizer": "sgd", "learning_rate": 100.0, "network": "notebook"})
    with pytest.raises(DivergedError, match=r"the loss is (nan|inf) in epoch") as caught:
        trained(digits, recipe)
    assert "--learning-rate 10" in caught.value.hint


def test_without_validation_rows_there_are_no_validation_figures(digits: Digits) -> None:
    training = TrainingState.initial(TINY.replace({"epochs": 1}), 0)
    fit(training, digits, ROWS, ROWS[:0])
    assert math.isnan(training.position.epochs[0]["val_accuracy"])


def test_members_differ_and_the_first_is_the_one_that_trains_alone(digits: Digits) -> None:
    alone, many = trained(digits), trained(digits, TINY.replace({"members": 3}))
    first, second, third = (
        torch.cat([weight.flatten() for weight in network.state_dict().values()])
        for network in many.networks
    )
    (only,) = alone.networks
    only_weights = torch.cat([weight.flatten() for weight in only.state_dict().values()])
    torch.testing.assert_close(first, only_weights, rtol=0, atol=1e-3)  # other thread counts
    assert not torch.allclose(first, second)
    assert not torch.allclose(second, third)
