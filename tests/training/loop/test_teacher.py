"""A trained model as the teacher of its own fine-tuning."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS, drawn_digits  # noqa: E402
from tenfold.model_folder import ModelFolder, write_model  # noqa: E402
from tenfold.model_folder.facts import ModelFacts  # noqa: E402
from tenfold.model_folder.rows_seen import RowsSeen  # noqa: E402
from tenfold.training.loop.teacher import (  # noqa: E402
    CALIBRATION_ROWS_MIN,
    REPLAY_TILES,
    REPLAY_TILES_A_STEP,
    Teacher,
    make_teacher,
)
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, onnx_graph  # noqa: E402
from tiny_training import TINY  # noqa: E402

OLD, KEPT, NEW = drawn_digits(50, 1), drawn_digits(40, 2), drawn_digits(30, 3)
RECIPE = TINY.replace({"members": 2})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    networks = [build_network(RECIPE) for _ in range(2)]
    folder = tmp_path_factory.mktemp("runs") / "bars" / "model"
    folder.mkdir(parents=True)
    seen = RowsSeen.of([NEW.take(np.arange(10))], [])
    facts = ModelFacts.from_json(MODEL_FACTS)
    return write_model(folder, onnx_graph(Deployed(networks, 1.5)), facts, seen)


@pytest.fixture(scope="module")
def teacher(model: ModelFolder) -> Teacher:
    networks = [build_network(RECIPE) for _ in range(2)]
    return make_teacher(model, networks, OLD, KEPT, RECIPE, seed=0)


def test_there_are_so_many_tiles_whatever_the_number_of_old_rows(teacher: Teacher) -> None:
    assert teacher.replay_tiles.shape == (REPLAY_TILES, 1, 28, 28)
    assert [outputs.shape for outputs in teacher.teacher_outputs] == [(REPLAY_TILES, 10)] * 2


def test_the_outputs_are_those_of_each_member_for_its_tiles(teacher: Teacher) -> None:
    with torch.no_grad():
        for network, outputs in zip(teacher.networks, teacher.teacher_outputs, strict=True):
            said = network(teacher.replay_tiles[:64])
            np.testing.assert_allclose(said.numpy(), outputs[:64].numpy(), atol=1e-4)


def test_distillation_has_no_gradient_where_the_outputs_are_unchanged(teacher: Teacher) -> None:
    which = teacher.draw_replay(torch.Generator().manual_seed(0))
    assert which.shape == (REPLAY_TILES_A_STEP,)
    same = teacher.teacher_outputs[1][which].clone().requires_grad_()
    teacher.loss(1, which, same).backward()
    assert float(same.grad.abs().max()) < 1e-6  # type: ignore[union-attr]
    same = same.detach()
    other = same + torch.arange(10.0)
    assert teacher.loss(1, which, other) > teacher.loss(1, which, same)


def test_the_same_seed_draws_the_same_tiles(teacher: Teacher, model: ModelFolder) -> None:
    again = make_teacher(model, teacher.networks, OLD, KEPT, RECIPE, seed=0)
    assert torch.equal(again.replay_tiles, teacher.replay_tiles)
    other = make_teacher(model, teacher.networks, OLD, KEPT, RECIPE, seed=1)
    assert not torch.equal(other.replay_tiles, teacher.replay_tiles)


def test_the_name_has_no_path(teacher: Teacher) -> None:
    assert teacher.name == "bars"


def test_rows_seen_are_those_of_the_model_of_the_replay_and_of_the_retention(
    teacher: Teacher,
) -> None:
    assert teacher.seen.find(OLD).trained_on.any()
    assert not teacher.seen.find(KEPT).trained_on.any()
    assert teacher.seen.find(KEPT).chosen_by.all()
    np.testing.assert_array_equal(teacher.trained_on(NEW), np.arange(30) < 10)


def test_what_decided_that_the_start_is_kept_is_recorded(teacher: Teacher) -> None:
    seen = teacher.seen_if_kept(NEW)
    assert seen.find(NEW).chosen_by[10:].all()
    assert not seen.find(OLD).trained_on.any()


def test_few_rows_set_no_threshold(teacher: Teacher) -> None:
    assert teacher.keeps_calibration(NEW)
    many = drawn_digits(10, 0).take(np.zeros(CALIBRATION_ROWS_MIN, np.int64))
    assert not teacher.keeps_calibration(many)
