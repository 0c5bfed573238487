"""The peers: an interrupted training repeats an unbroken one, and each is what it says."""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from peer import Order, train

PEERS = Path(__file__).parents[1] / "bench" / "peers"
KERAS = Path(__file__).parents[1] / ".venv-keras" / "bin" / "python"
IMAGES = drawn_digits(40).images[:, None].astype(np.float32) / 255  # [40, 1, 28, 28]


@pytest.fixture
def order(tmp_path: Path) -> dict[str, Any]:
    """180 rows to train on, 20 to measure on."""
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(200)))
    rows = np.random.default_rng(0).permutation(200)
    np.savez(tmp_path / "rows.npz", train=rows[:180], validation=rows[180:])
    return {"train": tmp_path / "train.csv", "rows": tmp_path / "rows.npz"}


def result_of(out: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((out / "result.json").read_text())
    return result


def same_checkpoint(one: Path, other: Path) -> bool:
    name = result_of(one)["checkpoint"]
    with np.load(one / name) as a, np.load(other / name) as b:
        return a.files == b.files and all(np.array_equal(a[key], b[key]) for key in a.files)


def peer(name: str) -> Any:
    pytest.importorskip("torch")
    return importlib.import_module(name)


@pytest.fixture(autouse=True)
def denormals_as_they_were() -> Iterator[None]:
    """A peer counts denormals as zero in what it takes for its own process."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)


@pytest.mark.train
@pytest.mark.parametrize("name", ["torch_example", "deotte"])
def test_a_resumed_training_repeats_an_unbroken_one(
    name: str, order: dict[str, Any], tmp_path: Path
) -> None:
    module = peer(name)
    unbroken, broken = tmp_path / "unbroken" / name, tmp_path / "broken" / name
    train(module.PEER, Order(**order, out=unbroken, epochs=3), time.perf_counter())
    for epochs in (1, 3, 3):  # the second of the two 3s finds nothing to do
        train(module.PEER, Order(**order, out=broken, epochs=epochs), time.perf_counter())
    assert same_checkpoint(unbroken, broken)
    assert [path.name for path in broken.iterdir() if "checkpoint" in path.name] == ["checkpoint-3"]
    once, twice = result_of(unbroken), result_of(broken)
    hits = [[epoch["hits"] for epoch in result["epochs"]] for result in (once, twice)]
    assert hits[0] == hits[1]
    assert [epoch["piece"] for epoch in twice["epochs"]] == [1, 2, 2]
    assert (twice["pieces"], twice["n"], twice["share"]) == (2, 20, 1.0)


@pytest.mark.train
def test_the_last_published_epoch_leaves_its_probabilities(
    order: dict[str, Any], tmp_path: Path
) -> None:
    short = dataclasses.replace(peer("torch_example").PEER, epochs=1)
    train(short, Order(**order, out=tmp_path / "short"), time.perf_counter())
    with np.load(tmp_path / "short" / "probabilities.npz") as saved, np.load(order["rows"]) as rows:
        np.testing.assert_array_equal(saved["rows"], rows["validation"])
        np.testing.assert_allclose(saved["probabilities"].sum(axis=1), 1, rtol=1e-5)


@pytest.mark.train
def test_a_slice_keeps_the_ratio_of_the_two_parts(order: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "torch_example"
    halved = Order(**order, out=out, epochs=1, slice=90)
    train(peer("torch_example").PEER, halved, time.perf_counter())
    result = result_of(out)
    assert (result["rows"], result["n"], result["share"]) == (90, 10, 0.5)


@pytest.mark.train
@pytest.mark.parametrize("change", [{"seed": 1}, {"slice": 90}])
def test_a_folder_of_another_training_is_refused(
    change: dict[str, Any], order: dict[str, Any], tmp_path: Path
) -> None:
    module, out = peer("torch_example"), tmp_path / "torch_example"
    train(module.PEER, Order(**order, out=out, epochs=1), time.perf_counter())
    with pytest.raises(SystemExit, match=f"another {next(iter(change))}\nhint"):
        train(module.PEER, Order(**order, out=out, epochs=2, **change), time.perf_counter())


@pytest.mark.train
@pytest.mark.parametrize(
    ("name", "parameters"),
    [("torch_example", 1_199_882), ("deotte", 326_410), ("doucet", 4_732_682)],
)
def test_each_network_has_the_size_of_the_published_one(name: str, parameters: int) -> None:
    import torch

    network = peer(name).network().eval()
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


@pytest.mark.train
def test_deottes_augmentation_moves_and_keeps_the_range() -> None:
    torch = pytest.importorskip("torch")
    augmented = peer("deotte").augment(torch.from_numpy(IMAGES)).numpy()
    assert augmented.shape == IMAGES.shape
    assert augmented.min() >= 0
    assert augmented.max() <= 1 + 1e-6
    assert not np.allclose(augmented, IMAGES, atol=0.1)


@pytest.mark.train
def test_doucets_views_are_standardised_and_empty_images_stay_finite() -> None:
    torch = pytest.importorskip("torch")
    module = peer("doucet")
    images = torch.from_numpy(IMAGES).clone()
    images[0] = 0
    for view in (module.augment, module.middle):
        seen = view(images).numpy()
        assert seen.shape == IMAGES.shape
        np.testing.assert_allclose(seen.mean(axis=(1, 2, 3)), 0, atol=1e-5)
        np.testing.assert_allclose(seen[1:].std(axis=(1, 2, 3)), 1, atol=1e-4)
        assert (seen[0] == 0).all()


@pytest.mark.train
def test_doucets_rate_falls_to_a_thousandth_in_the_last_epoch() -> None:
    rate = peer("doucet").rate
    assert [rate(0), rate(10)] == pytest.approx([4e-4, 4e-5])
    assert rate(5) == pytest.approx((4e-4 * 4e-5) ** 0.5)
    assert rate(11) == pytest.approx(4e-8)


def test_the_notebooks_augmentation_moves_and_keeps_the_range() -> None:
    from image_generator import augment

    images = IMAGES.transpose(0, 2, 3, 1)
    augmented = augment(images, np.random.default_rng(0))
    assert augmented.shape == images.shape
    assert augmented.dtype == np.float32
    assert augmented.min() >= 0
    assert augmented.max() <= 1
    assert not np.allclose(augmented, images, atol=0.1)
    np.testing.assert_array_equal(augmented, augment(images, np.random.default_rng(0)))


def test_the_notebooks_augmentation_that_draws_nothing_changes_nothing() -> None:
    from image_generator import augment

    class Still:
        def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Any:
            return np.zeros(shape)

    images = IMAGES.transpose(0, 2, 3, 1)
    np.testing.assert_allclose(augment(images, Still()), images, atol=1e-6)  # type: ignore[arg-type]


IN_KERAS = """
import sys, time
from pathlib import Path
from keras_notebook_augmented import PEER
from peer import Order, train
csv, rows, *outs = map(Path, sys.argv[1:])
for out, epochs in zip(outs, (2, 1, 2)):
    train(PEER, Order(csv, rows, out, epochs=epochs), time.perf_counter())
"""


@pytest.mark.skipif(not KERAS.exists(), reason="make bench has not made .venv-keras")
def test_the_resumed_notebook_in_keras_repeats_an_unbroken_one(
    order: dict[str, Any], tmp_path: Path
) -> None:
    unbroken, broken = tmp_path / "unbroken" / "notebook", tmp_path / "broken" / "notebook"
    paths = [order["train"], order["rows"], unbroken, broken, broken]
    command = [str(KERAS), "-c", IN_KERAS, *map(str, paths)]
    environment = os.environ | {"PYTHONPATH": str(PEERS)}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    assert same_checkpoint(unbroken, broken)
    assert result_of(broken)["pieces"] == 2
    assert result_of(broken)["parameters"] == 887_530
