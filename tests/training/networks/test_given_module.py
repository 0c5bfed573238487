"""A plain module as a graph."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from conftest import drawn_digits  # noqa: E402
from tenfold.errors import ModelError  # noqa: E402
from tenfold.graph import check_graph  # noqa: E402
from tenfold.training.networks import given_module  # noqa: E402
from tenfold.training.networks.given_module import GivenModule, given_graph  # noqa: E402

IMAGES = drawn_digits(20).images


def module(*last: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), *last)


@pytest.mark.parametrize(
    ("last", "probabilities"), [((), False), ((nn.Softmax(1),), True), ((nn.LogSoftmax(1),), False)]
)
def test_logits_are_told_from_probabilities(
    last: tuple[nn.Module, ...], probabilities: bool
) -> None:
    given = GivenModule(module(*last), 0.0, 1.0)
    given.recognise_outputs(IMAGES)
    assert given.gives_probabilities == probabilities
    with torch.no_grad():
        plain = GivenModule(module(), 0.0, 1.0)(torch.from_numpy(IMAGES))
        torch.testing.assert_close(given(torch.from_numpy(IMAGES)), plain, atol=1e-5, rtol=0)


def test_pixels_are_normalised_as_the_module_was_trained() -> None:
    given = GivenModule(module(), 0.13, 0.31)
    inputs = (torch.from_numpy(IMAGES).unsqueeze(1).float() / 255 - 0.13) / 0.31
    with torch.no_grad():
        torch.testing.assert_close(
            given.logits(torch.from_numpy(IMAGES)), module().eval()(inputs), atol=1e-5, rtol=1e-5
        )


def test_the_module_of_the_caller_is_not_changed() -> None:
    theirs = module(nn.Dropout(0.5)).train().double()
    GivenModule(theirs, 0.0, 1.0)
    assert theirs.training
    assert next(theirs.parameters()).dtype == torch.float64


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (nn.Linear(3, 10), "cannot take float32"),
        (nn.Flatten(), r"gives \[20, 784\], expected \[n, 10\]"),
    ],
)
def test_a_module_of_other_shapes_is_one_clear_error(theirs: nn.Module, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        GivenModule(theirs, 0.0, 1.0).recognise_outputs(IMAGES)


def test_nan_is_refused() -> None:
    broken = module()
    with torch.no_grad():
        broken[1].bias.fill_(float("nan"))
    with pytest.raises(ModelError, match="NaN or infinity"):
        GivenModule(broken, 0.0, 1.0).recognise_outputs(IMAGES)


def test_batches_are_joined_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    given = GivenModule(module(), 0.0, 1.0)
    whole = given.all_logits(IMAGES)
    monkeypatch.setattr(given_module, "BATCH", 7)
    torch.testing.assert_close(given.all_logits(IMAGES), whole, atol=1e-6, rtol=1e-6)


def test_the_graph_passes_the_check_and_takes_any_number_of_tiles() -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    given = GivenModule(module(), 0.0, 1.0)
    graph = given_graph(given)
    check_graph(graph)
    session = onnxruntime.InferenceSession(graph)
    with torch.no_grad():
        expected = given(torch.from_numpy(IMAGES)).numpy()
    for count in (1, 20):
        probabilities, is_digit = session.run(
            ["probabilities", "is_digit"], {"images": IMAGES[:count]}
        )
        np.testing.assert_allclose(probabilities, expected[:count], atol=1e-5)
        assert (is_digit == 1).all()
