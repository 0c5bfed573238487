"""Networks to PyTorch and back; each way has a parity test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="the train extra is not installed")

from torch import nn  # noqa: E402

from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.errors import DataError, ModelError, UsageError  # noqa: E402
from tenfold.interop.torch_modules import from_torch, to_torch  # noqa: E402

TOLERANCE = 1e-4  # of a probability, between torch and onnxruntime in float32


class Viewed(nn.Module):
    """As in many a tutorial: a view by the size of the batch, and a log-softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)
        self.drop, self.linear = nn.Dropout(0.5), nn.Linear(4 * 13 * 13, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = nn.functional.max_pool2d(torch.relu(self.norm(self.convolution(images))), 2)
        flat = self.drop(maps.view(maps.size(0), -1))
        return nn.functional.log_softmax(self.linear(flat), dim=1)


def plain(*last: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), *last)


@pytest.mark.parametrize("model", ["mnist", "pictures"])
def test_the_module_says_what_the_model_folder_says(model: str) -> None:
    tiles = drawn_digits(50).images
    outputs = Classifier.load(model).outputs(tiles)
    network = to_torch(model)
    with torch.no_grad():
        for images in (torch.from_numpy(tiles), torch.from_numpy(tiles).unsqueeze(1) / 255):
            said = network(images).numpy()
            np.testing.assert_allclose(said, outputs.probabilities, atol=TOLERANCE)
            is_digit = network.is_digit(images).numpy()
            np.testing.assert_allclose(is_digit, outputs.is_digit, atol=TOLERANCE)


def test_the_module_can_be_trained_further() -> None:
    network = to_torch("mnist").train()
    images, labels = torch.zeros(4, 28, 28, dtype=torch.uint8), torch.arange(4)
    nn.functional.cross_entropy(network.logits(images), labels).backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize(
    "module", [Viewed(), plain(), plain(nn.Softmax(dim=1))], ids=["viewed", "logits", "softmax"]
)
def test_a_plain_module_becomes_a_measured_model_folder(module: nn.Module, tmp_path: Path) -> None:
    digits = drawn_digits(60)
    written = from_torch(module, digits, tmp_path / "model", mean=0.13, std=0.31, name="theirs")
    assert written.evaluation is not None
    assert len(written.evaluation) == 60
    assert "were given" in str(written.evaluation.measured_on)
    read = Classifier.load(tmp_path / "model")
    inputs = (torch.from_numpy(digits.images).unsqueeze(1).float() / 255 - 0.13) / 0.31
    with torch.no_grad():
        theirs = module.eval()(inputs).argmax(dim=1).numpy()
    for rows in (slice(0, 1), slice(0, 60)):  # any number of tiles
        assert np.array_equal(read.predict(digits.images[rows]), theirs[rows])
    card = (tmp_path / "model" / "README.md").read_text()
    assert "Given as a module, `theirs`" in card
    assert "That is not recorded" in card


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(784, 3)), r"gives \[60, 3\]"),
        (nn.Linear(5, 10), "cannot take"),
        (plain(nn.Tanh()), "'Tanh'.*not among the operators"),
    ],
)
def test_a_module_that_does_not_fit_is_refused(
    module: nn.Module, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        from_torch(module, drawn_digits(60), tmp_path / "model")
    assert str(tmp_path) not in caught.value.message  # it is about the module, not about a folder
    assert not (tmp_path / "model").exists()


def test_what_is_no_module_or_no_labelled_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no torch.nn.Module"):
        from_torch({}, drawn_digits(20), tmp_path / "model")
    with pytest.raises(UsageError, match="compiled module"):
        from_torch(torch.jit.ScriptModule(), drawn_digits(20), tmp_path / "model")
    digits = drawn_digits(20)
    with pytest.raises(DataError, match="no labels"):
        from_torch(plain(), type(digits)(digits.images, None), tmp_path / "model")
