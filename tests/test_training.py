"""The training zone: network, augmentation, optimiser, checkpoint, loop, export."""

from __future__ import annotations

import importlib
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from conftest import MODEL_FACTS as FACTS  # noqa: E402
from conftest import drawn_digits  # noqa: E402
from tenfold.check.fitness import refuse_unfit  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.digits import Digits  # noqa: E402
from tenfold.errors import DataError, DivergedError, Interrupted, ModelError  # noqa: E402
from tenfold.model_folder import write_model  # noqa: E402
from tenfold.recipes import RECIPES, Recipe  # noqa: E402
from tenfold.training import checkpoint  # noqa: E402
from tenfold.training.tiles.augment import random_strokes, random_warp  # noqa: E402
from tenfold.training.networks.convolution import Convolution, _SideBySide, of_blocks  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.predict import judge, to_inputs  # noqa: E402
from tenfold.training.loop.muon import (  # noqa: E402
    BF16_MIN,
    NEWTON_SCHULZ,
    NEWTON_SCHULZ_STEPS,
    MuonSGD,
    orthogonalised,
)
from tenfold.training.networks.architectures import Flatten, build_network, notebook_network  # noqa: E402
from tenfold.training.loop.optimizer import build_optimizer, learning_rate  # noqa: E402
from tenfold.training.loop.state import Training  # noqa: E402
from tenfold.training.loop.step import average_decay, one_by_one, shards_of, take_step  # noqa: E402

TINY = Recipe(channels=4, batch_size=32, epochs=3, steps_min=0, rotation=5, shift=0.02)
ROWS = np.arange(200)


def trained(digits: Digits, recipe: Recipe = TINY, seed: int = 0) -> Training:
    training = Training.begin(recipe, seed)
    fit(training, digits, ROWS[:160], ROWS[160:])
    return training


def weights(training: Training) -> bytes:
    return b"".join(
        t.numpy().tobytes() for network in training.networks for t in network.state_dict().values()
    )


# network


def test_the_notebook_network_is_the_notebooks() -> None:
    network = notebook_network()
    assert sum(p.numel() for p in network.parameters()) == 887_530
    kernels = [layer for layer in network if isinstance(layer, nn.Conv2d | nn.Linear)]
    for layer in kernels:  # Keras' default: Glorot uniform, zero biases
        fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)
        limit = math.sqrt(6 / (fan_in + fan_out))
        assert float(layer.weight.detach().abs().max()) <= limit
        assert float(layer.weight.detach().std()) == pytest.approx(limit / math.sqrt(3), rel=0.05)
        assert layer.bias is not None
        assert not layer.bias.any()
    assert [layer.p for layer in network if isinstance(layer, nn.Dropout)] == [0.25, 0.25, 0.5]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_a_network_from_tiles_to_logits(name: str) -> None:
    network = build_network(RECIPES[name]).eval()
    outputs = 11 if name == "ink" else 10  # the last one tells digits from others
    assert network(torch.zeros(3, 1, 28, 28)).shape == (3, outputs)


def stepped(batch: int, threads: int) -> Training:
    """After one step of `batch` rows, of TINY with batches of 256."""
    digits, training = drawn_digits(256), Training.begin(TINY.replace({"batch_size": 256}), 0)
    training.members[0].order = torch.arange(256)
    training.members[0].losses = torch.zeros(256)
    shards = [shards_of(training, member) for member in training.members]
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labelled())
    with ThreadPoolExecutor(threads) as pool:
        run = lambda function, arguments: list(pool.map(function, arguments))  # noqa: E731
        ((loss, right),) = take_step(
            training, shards, images, labels, slice(0, batch), 0.1, 0.0, run=run
        )
    assert loss == pytest.approx(float(training.members[0].losses[:batch].mean()), rel=1e-5)
    assert 0 <= right <= batch
    assert len(shards[0]) == 2
    for own, theirs in zip(shards[0][0].parameters(), shards[0][1].parameters(), strict=True):
        assert torch.equal(own, theirs)
    return training


def test_shards_of_a_batch_learn_the_same_one_by_one_and_side_by_side() -> None:
    one, two = stepped(256, threads=1), stepped(256, threads=2)
    begun = Training.begin(TINY, 0)
    for a, b in zip(one.networks[0].parameters(), two.networks[0].parameters(), strict=True):
        assert torch.equal(a, b)
    moved = zip(one.networks[0].parameters(), begun.networks[0].parameters(), strict=True)
    assert all(not torch.equal(a, b) for a, b in moved if a.ndim > 1)


def test_beside_lanes_the_caller_has_one_thread_and_then_all_of_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Idle threads of its own would spin on the cores that the lanes need."""
    module = importlib.import_module("tenfold.training.loop.fit")
    seen, step, before = [], module.take_step, torch.get_num_threads()

    def noted(*arguments: Any, **named: Any) -> list[tuple[float, int]]:
        seen.append(torch.get_num_threads())
        return step(*arguments, **named)  # type: ignore[no-any-return]

    monkeypatch.setattr(module, "take_step", noted)
    torch.set_num_threads(2)
    try:
        training = Training.begin(TINY.replace({"batch_size": 256, "epochs": 1}), 0)
        fit(training, drawn_digits(256), np.arange(256), np.arange(0))
        after = torch.get_num_threads()
    finally:
        torch.set_num_threads(before)
    assert seen == [1]
    assert after == 2


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
    digits, training = drawn_digits(256), Training.begin(recipe, 0)
    member, twin = training.members[0], Training.begin(recipe, 0).networks[0].train()
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
    shards = [shards_of(training, member)]
    take_step(training, shards, images, labels, slice(0, 256), 0.5, 0.0, run=one_by_one)
    for after, before, gradient in zip(
        member.network.parameters(), twin.parameters(), gradients, strict=True
    ):
        torch.testing.assert_close(after, before - 0.5 * gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n", [16, 6, 5])  # eight side by side, two, one by one
@pytest.mark.parametrize(("side", "padding"), [(7, 1), (5, 0), (3, 1)])
def test_gradients_side_by_side_are_those_of_the_plain_convolution(
    n: int, side: int, padding: int
) -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(n, 5, side, side, generator=generator, requires_grad=True)
    weight = torch.randn(3, 5, 3, 3, generator=generator, requires_grad=True)
    plain = nn.functional.conv2d(images, weight, padding=padding)
    above = torch.randn(plain.shape, generator=generator)
    ours = torch.autograd.grad(_SideBySide.apply(images, weight, padding), (images, weight), above)
    theirs = torch.autograd.grad(plain, (images, weight), above)
    for our, their in zip(ours, theirs, strict=True):
        torch.testing.assert_close(our, their, atol=1e-4, rtol=1e-5)


def test_a_product_of_blocks_is_the_plain_convolution_of_that_stride() -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(5, 3, 7, 4, generator=generator, requires_grad=True)
    weight = torch.randn(7, 3, 2, 2, generator=generator, requires_grad=True)
    above = torch.randn(5, 7, 3, 2, generator=generator)
    ours, plain = of_blocks(images, weight), nn.functional.conv2d(images, weight, stride=2)
    torch.testing.assert_close(ours, plain)
    for our, their in zip(
        torch.autograd.grad(ours, (images, weight), above),
        torch.autograd.grad(plain, (images, weight), above),
        strict=True,
    ):
        torch.testing.assert_close(our, their, atol=1e-4, rtol=1e-5)


def test_the_faster_convolution_is_used_in_bf16_training_alone() -> None:
    layer, images = Convolution(4, 4, 3, padding=1, bias=False), torch.randn(4, 4, 7, 7)
    with torch.autocast("cpu", torch.bfloat16):
        assert "SideBySide" in str(layer(images).grad_fn)
        assert "SideBySide" not in str(layer(torch.randn(4, 4, 14, 14)).grad_fn)
        assert "SideBySide" not in str(layer.eval()(images).grad_fn)
    assert "SideBySide" not in str(layer.train()(images).grad_fn)
    blocks = Convolution(4, 4, 2, 2, bias=False)
    with torch.autocast("cpu", torch.bfloat16):
        assert "Convolution" not in str(blocks(images).grad_fn)
        assert "Convolution" in str(blocks.eval()(images).grad_fn)


def test_the_last_map_has_its_gradient_channels_last() -> None:
    last = torch.randn(2, 4, 3, 3, requires_grad=True) * 1
    seen: list[bool] = []
    flat = Flatten()(last)
    last.register_hook(lambda g: seen.append(g.is_contiguous(memory_format=torch.channels_last)))
    flat.sum().backward()
    assert seen == [True]


# augmentation


def test_no_augmentation_is_the_identity() -> None:
    images = torch.rand(4, 1, 28, 28)
    same = random_warp(images, 0, 0, 0, 0, torch.Generator())
    torch.testing.assert_close(same, images, atol=1e-4, rtol=0)


def test_augmentation_stays_within_its_limits() -> None:
    images = torch.zeros(500, 1, 28, 28)
    images[:, :, 13:15, 13:15] = 1
    moved = random_warp(images, 0, 0, 0.1, 0, torch.Generator().manual_seed(0))[:, 0]
    where = torch.arange(28.0)
    columns = (moved.sum(dim=1) * where).sum(dim=1) / moved.sum(dim=(1, 2)) - 13.5
    assert columns.abs().max() <= 0.1 * 28 + 0.05
    assert columns.abs().max() > 0.09 * 28
    assert abs(float(columns.mean())) < 0.2


def test_augmentation_turns_by_the_angle_in_degrees() -> None:
    images = torch.zeros(300, 1, 28, 28)
    images[:, :, 13:15, 4:24] = 1  # a horizontal bar
    turned = random_warp(images, 30, 0, 0, 0, torch.Generator().manual_seed(0))[:, 0]
    row, column = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    x, y = column - 13.5, row - 13.5
    cross, square = (turned * x * y).sum(dim=(1, 2)), (turned * (x * x - y * y)).sum(dim=(1, 2))
    angle = torch.rad2deg(0.5 * torch.atan2(2 * cross, square))
    assert 28 < angle.abs().max() <= 30.5


def test_elastic_distortion_moves_a_point_by_about_its_standard_deviation() -> None:
    images = torch.zeros(1000, 1, 28, 28)
    images[:, :, 13:15, 13:15] = 1  # the middle, where the field is drawn and not interpolated
    moved = random_warp(images, 0, 0, 0, 0.5, torch.Generator().manual_seed(0))[:, 0]
    where = torch.arange(28.0)
    columns = (moved.sum(dim=1) * where).sum(dim=1) / moved.sum(dim=(1, 2)) - 13.5
    assert 0.35 < float(columns.std()) < 0.55
    assert abs(float(columns.mean())) < 0.2


def test_strokes_are_thickened_and_thinned_by_up_to_a_pixel_on_each_side() -> None:
    images = torch.zeros(500, 1, 28, 28)
    images[:, :, 4:24, 12:16] = 1  # four pixels wide
    drawn = random_strokes(images, 1.0, torch.Generator().manual_seed(0))[:, 0]
    widths = drawn[:, 14].sum(dim=1)
    assert 2 <= widths.min() < 2.1
    assert 5.9 < widths.max() <= 6
    assert abs(float(widths.mean()) - 4) < 0.2
    assert drawn.aminmax() == (0, 1)
    half = random_strokes(images, 0.5, torch.Generator().manual_seed(0))[:, 0, 14].sum(dim=1)
    torch.testing.assert_close(half - 4, (widths - 4) / 2)


# batch norm's statistics


def test_clean_norms_are_the_statistics_of_the_rows_as_they_are(digits: Digits) -> None:
    training = Training.begin(TINY.replace({"clean_norms": True, "average": 0.9}), 0)
    fit(training, digits, ROWS[:160], ROWS[160:])
    (network,) = training.networks
    first = next(at for at, layer in enumerate(network) if isinstance(layer, nn.BatchNorm2d))
    norm = network[first]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None
    with torch.no_grad():
        seen = network[:first](to_inputs(torch.from_numpy(digits.images[ROWS[:160]])))
    torch.testing.assert_close(norm.running_mean, seen.mean(dim=(0, 2, 3)), atol=1e-2, rtol=1e-2)
    assert norm.momentum == nn.BatchNorm2d(1).momentum


# optimiser and schedule


def test_one_cycle_rises_to_the_highest_rate_and_ends_near_zero() -> None:
    rates = [learning_rate(TINY, step, 100, []) for step in range(100)]
    assert max(rates) == rates[30] == pytest.approx(TINY.learning_rate)
    assert rates == sorted(rates[:31]) + sorted(rates[31:], reverse=True)
    assert 0 < rates[-1] < 0.02 * TINY.learning_rate


def test_one_cycle_ends_at_the_final_rate() -> None:
    recipe = TINY.replace({"final_rate": 0.1})
    rates = [learning_rate(recipe, step, 1000, []) for step in range(1000)]
    assert rates[-1] == pytest.approx(0.1 * TINY.learning_rate, rel=0.02)
    assert max(rates) == pytest.approx(TINY.learning_rate)


def test_the_plateau_halves_as_keras_does() -> None:
    """patience 3: three epochs without a gain halve the rate, and the count begins anew."""
    accuracies = [0.90, 0.95, 0.95, 0.94, 0.95, 0.95, 0.95, 0.95, 0.96, 0.96005]
    epochs = [{"val_accuracy": accuracy} for accuracy in accuracies]
    recipe = RECIPES["notebook"]
    rates = [learning_rate(recipe, 0, 1, epochs[:n]) for n in range(len(epochs) + 1)]
    assert rates == [1e-3] * 5 + [5e-4] * 3 + [2.5e-4] * 3


def test_the_plateau_stops_at_its_floor() -> None:
    epochs = [{"val_accuracy": 0.5}] * 100
    assert learning_rate(RECIPES["notebook"], 0, 1, epochs) == 1e-5


def test_muon_orthogonalises_filters() -> None:
    filters = torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonalised(filters).reshape(16, -1))
    before = torch.linalg.svdvals(filters.reshape(16, -1))
    assert values.max() / values.min() < before.max() / before.min()
    assert values.min() > 0.5
    assert values.max() < 1.3


@pytest.mark.parametrize("shape", [(16, 8, 3, 3), (32, 2, 2, 2)])
def test_muon_steps_the_gram_matrix_as_newton_and_schulz_the_whole(shape: tuple[int, ...]) -> None:
    filters = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    a, b, c = NEWTON_SCHULZ
    matrix = filters.permute(0, 2, 3, 1).reshape(shape[0], -1)
    matrix = matrix / matrix.norm()
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = matrix @ matrix.mT
        matrix = a * matrix + (b * square + c * square @ square) @ matrix
    stepped = orthogonalised(filters).permute(0, 2, 3, 1).reshape(shape[0], -1)
    torch.testing.assert_close(stepped, matrix, rtol=1e-5, atol=1e-6)


def test_muon_in_bf16_steps_the_same_way() -> None:
    filters = torch.randn(
        64, BF16_MIN // (64 * 9) + 1, 3, 3, generator=torch.Generator().manual_seed(0)
    )
    full, short = (orthogonalised(filters, bf16=bf16).flatten() for bf16 in (False, True))
    assert not torch.equal(full, short)
    assert torch.nn.functional.cosine_similarity(full, short, dim=0) > 0.999


def test_muon_steps_filters_one_by_one_as_all_at_once() -> None:
    stepped = []
    for run in (None, one_by_one):
        network = Training.begin(TINY, 0).networks[0]
        optimizer = build_optimizer(TINY, network, bf16=False)
        assert isinstance(optimizer, MuonSGD)
        for parameter in network.parameters():
            parameter.grad = torch.ones_like(parameter)
        for group in optimizer.param_groups:
            group["lr"] = 0.1
        optimizer.step(run)
        stepped.append(list(network.parameters()))
    begun = list(Training.begin(TINY, 0).networks[0].parameters())
    for together, alone, before in zip(*stepped, begun, strict=True):
        assert torch.equal(together, alone)
        assert not torch.equal(together, before)


def test_muon_steps_every_filter_but_the_first_layers() -> None:
    network = build_network(TINY)
    groups = build_optimizer(TINY, network, bf16=False).param_groups
    muon = [p for group in groups if group["muon"] for p in group["params"]]
    convolutions = [layer.weight for layer in network if isinstance(layer, nn.Conv2d)]
    assert [id(p) for p in muon] == [id(p) for p in convolutions[1:]]
    assert sum(len(group["params"]) for group in groups) == len(list(network.parameters()))


# loop


def test_it_learns(digits: Digits) -> None:
    training = trained(digits, TINY.replace({"epochs": 12}))
    other = drawn_digits(100, seed=9)
    read = judge(training, torch.from_numpy(other.images)).argmax(dim=1).numpy()
    assert (read == other.labels).mean() > 0.9


def test_the_seed_decides_every_weight(digits: Digits) -> None:
    assert weights(trained(digits)) == weights(trained(digits))
    assert weights(trained(digits)) != weights(trained(digits, seed=1))


def test_all_rows_of_the_last_batch_are_used(digits: Digits) -> None:
    training = trained(digits, TINY.replace({"epochs": 1}))
    assert training.position.epochs[0]["epoch"] == 1
    seen = []
    training = Training.begin(TINY.replace({"epochs": 1}), 0)

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
def test_a_stopped_training_goes_on_bit_for_bit(
    digits: Digits, tmp_path: Path, steps: int, changes: dict[str, object]
) -> None:
    recipe = TINY.replace({"learning_rate": 0.01, **changes})
    asked = iter([False] * steps + [True])
    state = tmp_path / "state.npz"

    def save(training: Training) -> None:
        checkpoint.save_state(state, training.members, training.position)

    with pytest.raises(Interrupted):
        fit(
            Training.begin(recipe, 0),
            digits,
            ROWS[:160],
            ROWS[160:],
            save=save,
            stop=lambda: next(asked),
        )
    resumed = Training.begin(recipe, 0)
    resumed.position = checkpoint.load_state(state, resumed.members)
    fit(resumed, digits, ROWS[:160], ROWS[160:])
    straight = trained(digits, recipe)
    assert weights(resumed) == weights(straight)
    timeless = [
        [{k: v for k, v in epoch.items() if k != "seconds"} for epoch in t.position.epochs]
        for t in (resumed, straight)
    ]
    assert timeless[0] == timeless[1]


def test_a_checkpoint_of_another_network_is_refused(digits: Digits, tmp_path: Path) -> None:
    training = trained(digits, TINY.replace({"epochs": 1}))
    path = tmp_path / "state.npz"
    checkpoint.save_state(path, training.members, training.position)
    other = Training.begin(TINY.replace({"channels": 8}), 0)
    with pytest.raises(DataError, match=r"state\.npz: not a checkpoint of this training"):
        checkpoint.load_state(path, other.members)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_a_broken_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "state.npz").write_bytes(content)
    training = Training.begin(TINY, 0)
    with pytest.raises(DataError, match="not a checkpoint"):
        checkpoint.load_state(tmp_path / "state.npz", training.members)


def test_a_training_that_diverges_stops_and_says_what_to_try(digits: Digits) -> None:
    recipe = TINY.replace({"optimizer": "sgd", "learning_rate": 100.0, "network": "notebook"})
    with pytest.raises(DivergedError, match=r"the loss is (nan|inf) in epoch") as caught:
        trained(digits, recipe)
    assert "--learning-rate 10" in caught.value.hint


def test_without_validation_rows_there_are_no_validation_figures(digits: Digits) -> None:
    training = Training.begin(TINY.replace({"epochs": 1}), 0)
    fit(training, digits, ROWS, ROWS[:0])
    assert math.isnan(training.position.epochs[0]["val_accuracy"])


# members


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


def test_an_ensemble_judges_by_the_mean_probability(digits: Digits) -> None:
    many = trained(digits, TINY.replace({"members": 2, "epochs": 8}))
    images = torch.from_numpy(digits.images[:50])
    together = judge(many, images).exp()
    inputs = images.unsqueeze(1).float() / 255
    with torch.no_grad():
        each = [network.eval()(inputs).softmax(dim=1) for network in many.networks]
    torch.testing.assert_close(together, (each[0] + each[1]) / 2, atol=0.02, rtol=0)  # bf16
    assert not torch.allclose(each[0], each[1], atol=0.05)


# what an epoch sees, and what answers


def test_easy_rows_are_left_out_between_the_first_epoch_and_the_last(digits: Digits) -> None:
    recipe = TINY.replace({"epochs": 4, "easy_skipped": 0.5})
    training, orders = Training.begin(recipe, 0), []
    losses = torch.arange(160.0)  # row 0 is the easiest

    def save(training: Training) -> None:
        (member,) = training.members
        orders.append(sorted(member.order.tolist()))
        member.losses = losses.clone()

    fit(training, digits, ROWS[:160], ROWS[160:], save=save)
    assert [len(order) for order in orders] == [160, 104, 104, 160]  # less half of 70 % of 160
    for order in orders[1:3]:
        assert len(set(order)) == 104
        assert set(range(112, 160)) <= set(order)  # the hard ones are all there
    assert orders[1] != orders[2]


def test_the_running_average_is_what_answers(digits: Digits) -> None:
    recipe = TINY.replace({"average": 0.5, "epochs": 1})
    training = Training.begin(recipe, 0)
    (member,) = training.members
    start = member.network[1].weight.detach().clone()
    fit(training, digits, ROWS[:32], ROWS[:0])  # one step
    decay = average_decay(recipe, 0, 1)
    assert decay == pytest.approx(0.1**4)  # young
    expected = decay * start + (1 - decay) * member.network[1].weight
    torch.testing.assert_close(training.networks[0][1].weight, expected)
    assert training.networks[0][2].running_mean.abs().sum() > 0


def test_the_running_average_moves_at_every_fourth_step_and_at_the_last() -> None:
    recipe = TINY.replace({"average": 0.5})
    decays = [average_decay(recipe, step, 10_006) for step in range(10_000, 10_006)]
    assert decays == [1, 1, 1, 0.5**4, 1, 0.5**4]


# rows that cannot be learnt from


def test_a_class_without_rows_is_refused() -> None:
    digits = drawn_digits(200)
    kept = np.flatnonzero(digits.labelled() != 7)
    with pytest.raises(DataError, match="has no rows of 7"):
        refuse_unfit(digits.take(kept), TINY)


def test_one_class_alone_is_refused() -> None:
    digits = drawn_digits(200)
    with pytest.raises(DataError, match="has no rows of 0, 2, 3, 4, 5, 6, 7, 8, 9"):
        refuse_unfit(digits.take(np.flatnonzero(digits.labelled() == 1)), TINY)


def test_fewer_rows_than_a_batch_are_refused_with_a_smaller_batch() -> None:
    with pytest.raises(
        DataError, match=r"90 rows to train on, fewer than a batch of 256"
    ) as caught:
        refuse_unfit(drawn_digits(100), RECIPES["fast"])
    assert "--batch-size 11" in caught.value.hint


# export


@pytest.mark.parametrize("name", ["notebook", "fast", "ink", "gpu"])
def test_onnxruntime_reads_as_torch_does(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (300, 28, 28)).astype(np.uint8)
    members = [build_network(RECIPES[name]) for _ in range(2)]
    for member in members:
        member(torch.from_numpy(images).unsqueeze(1).float())  # gives batch norm its statistics
    deployed = Deployed(members, temperature=1.5)
    model = write_model(tmp_path, onnx_graph(deployed), FACTS)
    check_parity(deployed, model, images)
    probabilities = Classifier(model).probabilities(images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert probabilities.dtype == np.float32


@pytest.mark.parametrize("network", ["stem", "valid", "vgg"])  # vgg has pools before its norms
def test_batch_norm_is_folded_into_the_graph(network: str) -> None:
    onnx = pytest.importorskip("onnx")
    built = build_network(TINY.replace({"network": network}))
    graph = onnx.load_from_string(onnx_graph(Deployed([built], 1.0))).graph
    kinds = {node.op_type for node in graph.node}
    assert "Conv" in kinds
    assert "BatchNormalization" not in kinds
    assert [value.name for value in graph.input] == ["images"]
    assert [value.name for value in graph.output] == ["probabilities", "is_digit"]


def test_weights_are_kept_in_half_precision_and_nothing_is_lost_by_it(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    torch.manual_seed(0)
    network = build_network(RECIPES["fast"])
    deployed = Deployed([network], 1.0)
    graph = onnx_graph(deployed)
    parameters = sum(p.numel() for p in network.parameters())
    assert 2 * parameters < len(graph) < 2.2 * parameters
    stored = [
        onnx.numpy_helper.to_array(weight)
        for weight in onnx.load_from_string(graph).graph.initializer
        if weight.data_type == onnx.TensorProto.FLOAT16
    ]
    exported = {weight.astype(np.float32).tobytes() for weight in stored}
    filters = [p for p in deployed.parameters() if p.ndim == 4]
    assert filters
    assert all(p.detach().contiguous().numpy().tobytes() in exported for p in filters)
    assert all(p.dtype == torch.float32 for p in network.parameters())  # a copy was rounded


@pytest.mark.parametrize("kind", ["stem", "valid", "vgg"])
def test_folding_batch_norm_changes_nothing(kind: str) -> None:
    torch.manual_seed(0)
    network, images = build_network(TINY.replace({"network": kind})), torch.rand(40, 1, 28, 28)
    network(images)  # gives batch norm statistics of its own
    tiles = (images[:, 0] * 255).to(torch.uint8)
    folded = Deployed([network], 1.0)(tiles)[0]
    plain = torch.softmax(network.eval()(tiles.unsqueeze(1) / 255), dim=1)
    torch.testing.assert_close(folded, plain, atol=5e-3, rtol=0)  # half precision


def test_a_graph_that_disagrees_is_refused(tmp_path: Path) -> None:
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28)).astype(np.uint8)
    network = build_network(TINY)
    model = write_model(tmp_path, onnx_graph(Deployed([network], 1.0)), FACTS)
    with pytest.raises(ModelError, match="disagrees with the trained network"):
        check_parity(Deployed([network], 3.0), model, images)


def test_training_leaves_denormals_as_they_were(digits: Digits, tmp_path: Path) -> None:
    from tenfold.run_folder import RunFolder
    from tenfold.training import train

    run = RunFolder(tmp_path / "run")
    run.begin(TINY.to_toml(), {"seed": 0, "paths": [], "files": []}, force=False)
    train(run, digits, TINY, 0)
    assert np.float32(1e-30) * np.float32(1e-10) > 0
