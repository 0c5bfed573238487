"""Training for pictures: distortions, tiles that show no digit, and a network that tells them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS as FACTS  # noqa: E402
from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.model_facts import ModelFacts  # noqa: E402
from tenfold.model_folder import write_model  # noqa: E402
from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.run_facts import RunFacts  # noqa: E402
from tenfold.run_folder import RunFolder  # noqa: E402
from tenfold.training.job import TrainingJob  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.loss import row_losses  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph  # noqa: E402
from tenfold.training.single_model import train  # noqa: E402
from tenfold.training.tiles.european import SHAPES, european_digits  # noqa: E402
from tenfold.training.tiles.non_digits import FIGURES, NO_DIGIT, non_digits  # noqa: E402
from tenfold.training.tiles.picture_like import DISTORTIONS, picture_like, stroke_width  # noqa: E402
from tenfold.training.tiles.training_batch import training_batch  # noqa: E402


def tiles(n: int = 60) -> torch.Tensor:
    return torch.from_numpy(drawn_digits(n).images).unsqueeze(1).float() / 255


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("distort", DISTORTIONS, ids=lambda distort: distort.__name__)
def test_each_distortion_changes_tiles_and_keeps_their_shape(distort: object) -> None:
    before = tiles()
    after = distort(before, seeded())  # type: ignore[operator]
    assert after.shape == before.shape
    assert torch.isfinite(after).all()
    changed = (after - before).abs().amax(dim=(1, 2, 3)) > 0.01
    assert changed.float().mean() > 0.8


def test_what_is_distorted_stays_a_picture_and_follows_from_the_seed() -> None:
    before = tiles()
    once, again = picture_like(before, seeded()), picture_like(before, seeded())
    assert torch.equal(once, again)
    assert not torch.equal(once, picture_like(before, seeded(1)))
    assert once.min() >= 0
    assert once.max() <= 1
    assert torch.equal(before, tiles())  # not changed in place


def test_strokes_become_thinner_and_thicker() -> None:
    bar = torch.zeros(200, 1, 28, 28)
    bar[:, :, 4:24, 12:16] = 1
    width = stroke_width(bar, seeded())[:, 0, 14].sum(dim=1)
    assert 2.9 < float(width.min()) < 3.2
    assert 5.7 < float(width.max()) < 6.1


def test_non_digits_are_of_many_kinds_and_within_the_range() -> None:
    shown = non_digits(tiles(400), seeded())
    assert shown.shape == (400, 1, 28, 28)
    assert shown.min() >= 0
    assert shown.max() <= 1
    ink = shown.sum(dim=(1, 2, 3))
    assert (ink < 20).any()  # blanks
    assert (ink > 200).any()  # blots
    inked = [tile.numpy().tobytes() for tile in shown if tile.any()]  # blanks are alike
    assert len(set(inked)) == len(inked) > 300


def test_no_figure_is_a_single_upright_stroke() -> None:
    """That would be a one."""
    for name, figure in FIGURES.items():
        corners = [corner for corner in figure if corner is not None]
        assert len({x for x, _ in corners}) > 1 or name == "two dots"


def test_non_digits_are_charged_for_certainty_and_for_passing_as_digits() -> None:
    sure, unsure = torch.zeros(3, 11), torch.zeros(3, 11)
    sure[:, 4] = 10
    labels = torch.tensor([NO_DIGIT, 4, 4])
    for outputs in (sure, unsure):
        outputs[:, 10] = torch.tensor([-5.0, 5.0, 5.0])  # one non-digit, then two digits
    charged, spared = row_losses(sure, labels, 0.0), row_losses(unsure, labels, 0.0)
    assert charged[0] > spared[0]
    assert (charged[1:] < spared[1:]).all()
    taken_for_digit = unsure.clone()
    taken_for_digit[0, 10] = 5
    assert row_losses(taken_for_digit, labels, 0.0)[0] > spared[0] + 4


def test_a_network_learns_to_tell_and_the_graph_says_so(tmp_path: Path) -> None:
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


def test_members_that_can_tell_are_averaged(tmp_path: Path) -> None:
    torch.manual_seed(0)
    members = [build_network(RECIPES["pictures"]) for _ in range(2)]
    images = drawn_digits(40).images
    for member in members:
        member(torch.from_numpy(images).unsqueeze(1).float())  # gives batch norm its statistics
    facts = ModelFacts.from_json(FACTS)
    both, one, other = (
        Classifier(
            write_model(tmp_path / name, onnx_graph(Deployed(networks, 1.0)), facts)
        ).outputs(images)
        for name, networks in (("both", members), ("one", members[:1]), ("other", members[1:]))
    )
    mean = (one.is_digit + other.is_digit) / 2
    np.testing.assert_allclose(both.is_digit, mean, atol=1e-4)
    mean = (one.probabilities + other.probabilities) / 2
    np.testing.assert_allclose(both.probabilities, mean, atol=1e-4)


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
        run.begin(chosen.to_toml(), RunFacts(), force=False)
        trained = train(TrainingJob(run, digits, chosen, 0))
        assert trained.model is not None
        assert trained.evaluation is not None
        assert trained.evaluation.accuracy.value > 0.5
        thresholds[pictures] = trained.model.reject_threshold
    assert trained.evaluation.reject_threshold != thresholds[True]
    assert thresholds[True] > 0.3  # bars that are blurred and cut are not read so surely


def test_continental_shapes_come_with_their_labels() -> None:
    shown, labels = european_digits(tiles(300), seeded())
    assert shown.shape == (300, 1, 28, 28)
    assert set(labels.tolist()) == {digit for digit, _ in SHAPES}
    assert (shown.sum(dim=(1, 2, 3)) > 15).all()


def test_a_batch_is_part_others_part_drawn_part_rows() -> None:
    recipe = RECIPES["smoke"].replace({"non_digits": 0.25, "european": 0.25, "augment": False})
    digits = drawn_digits(40)
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labelled())
    inputs, targets = training_batch(recipe, images, labels, seeded())
    assert (targets[:10] == NO_DIGIT).all()
    assert torch.equal(targets[20:], labels[20:])
    same = (inputs[:, 0] * 255).round() == images
    assert same[20:].all()
    assert not same[:20].all(dim=2).all(dim=1).any()
    assert torch.equal(labels, torch.from_numpy(digits.labelled()))  # not changed in place


def test_undistorted_images_stay_as_they_are() -> None:
    before = tiles(1000)
    after = picture_like(before, seeded(), 0.3)
    same = (before == after).all(dim=3).all(dim=2).all(dim=1).float().mean()
    assert 0.65 < float(same) < 0.85
