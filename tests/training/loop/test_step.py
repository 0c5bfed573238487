"""One optimiser step, of a batch in shards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train


from conftest import drawn_digits  # noqa: E402
from tenfold.training.loop.parallel import sequential_map  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tenfold.training.loop.step import shard_networks, train_step  # noqa: E402
from tiny_training import TINY  # noqa: E402


def stepped(batch: int, threads: int) -> TrainingState:
    """After one step of `batch` rows, of TINY with batches of 256."""
    digits, training = (
        drawn_digits(256),
        TrainingState.initial(TINY.replace({"batch_size": 256}), 0),
    )
    training.members[0].order = torch.arange(256)
    training.members[0].losses = torch.zeros(256)
    shards = [shard_networks(training, member) for member in training.members]
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labelled())
    with ThreadPoolExecutor(threads) as pool:
        run = lambda function, arguments: list(pool.map(function, arguments))  # noqa: E731
        ((loss, right),) = train_step(
            training, shards, images, labels, slice(0, batch), 0.1, 0.0, parallel_map=run
        )
    assert loss == pytest.approx(float(training.members[0].losses[:batch].mean()), rel=1e-5)
    assert 0 <= right <= batch
    assert len(shards[0]) == 2
    for own, theirs in zip(shards[0][0].parameters(), shards[0][1].parameters(), strict=True):
        assert torch.equal(own, theirs)
    return training


def test_shards_give_the_same_weights_in_sequence_and_in_parallel() -> None:
    one, two = stepped(256, threads=1), stepped(256, threads=2)
    initial = TrainingState.initial(TINY, 0)
    for a, b in zip(one.networks[0].parameters(), two.networks[0].parameters(), strict=True):
        assert torch.equal(a, b)
    moved = zip(one.networks[0].parameters(), initial.networks[0].parameters(), strict=True)
    assert all(not torch.equal(a, b) for a, b in moved if a.ndim > 1)


def test_a_short_batch_is_one_shard_and_leaves_the_others_rows_alone() -> None:
    losses = stepped(100, threads=2).members[0].losses
    assert (losses[:100] > 0).all()
    assert not losses[100:].any()


def test_the_gradients_of_shards_add_up_to_that_of_the_mean_loss() -> None:
    """Told by one step of plain SGD: weights move by the rate times the gradient."""
    recipe = TINY.replace(
        {"batch_size": 256, "optimizer": "sgd", "momentum": 0.0, "weight_decay": 0.0}
        | {"augment": False, "precision": "fp32"}
    )
    digits, training = drawn_digits(256), TrainingState.initial(recipe, 0)
    member, twin = training.members[0], TrainingState.initial(recipe, 0).networks[0].train()
    member.order, member.losses = torch.arange(256), torch.zeros(256)
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labelled())
    inputs = images.unsqueeze(1).float() / 255
    halves = [  # each half has its own batch statistics
        torch.nn.functional.cross_entropy(
            twin(inputs[half]), labels[half], label_smoothing=recipe.label_smoothing
        )
        for half in (slice(0, 128), slice(128, 256))
    ]
    gradients = torch.autograd.grad(sum(halves) / 2, list(twin.parameters()))
    member.network.train()
    shards = [shard_networks(training, member)]
    train_step(
        training, shards, images, labels, slice(0, 256), 0.5, 0.0, parallel_map=sequential_map
    )
    for after, before, gradient in zip(
        member.network.parameters(), twin.parameters(), gradients, strict=True
    ):
        torch.testing.assert_close(after, before - 0.5 * gradient, rtol=1e-4, atol=1e-6)
