"""From trained networks to one ONNX graph: uint8 tiles in, calibrated probabilities out."""

from __future__ import annotations

import copy
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from tenfold.classifier import Classifier
from tenfold.digits import CLASSES, SIDE, Images
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder

OPSET = 17
PARITY_IMAGES = 1000
PARITY_TOLERANCE = 1e-3  # of a probability


class Deployed(nn.Module):
    """Scaling, every member, their average, the temperature and the softmax in one module.

    Input uint8 [n, 28, 28]; outputs probabilities float32 [n, 10] and is_digit float32 [n],
    constant 1 from networks that were not trained to tell.
    """

    def __init__(self, members: Sequence[nn.Module], temperature: float) -> None:
        super().__init__()
        # the originals keep their mode and memory layout: training may go on with them
        self.members = nn.ModuleList(copy.deepcopy(member).cpu().float() for member in members)
        self.temperature = temperature
        self.eval()

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        inputs = images.unsqueeze(1).float() / 255
        if len(self.members) == 1:
            logits = self.members[0](inputs)
        else:
            each = torch.stack([torch.softmax(member(inputs), dim=1) for member in self.members])
            logits = torch.log(each.mean(dim=0) + 1e-30)
        probabilities = torch.softmax(logits / self.temperature, dim=1)
        return probabilities, torch.ones_like(probabilities[:, 0])


def onnx_graph(deployed: Deployed) -> bytes:
    """The module as an ONNX file, with batch norm folded into the convolutions before it.

    Uses torch's TorchScript-based exporter: a tenth of the other one's time, and no further
    package (docs/LOG.md has the measurement).
    """
    example = torch.zeros(2, SIDE, SIDE, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter says that it will be replaced one day
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            deployed,
            (example,),
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=["images"],
            output_names=["probabilities", "is_digit"],
            dynamic_axes={"images": {0: "n"}, "probabilities": {0: "n"}, "is_digit": {0: "n"}},
        )
        return path.read_bytes()


@torch.no_grad()
def check_parity(deployed: Deployed, model: ModelFolder, images: Images) -> None:
    """Raise ModelError if onnxruntime reads some of 1,000 real images otherwise than torch (fp32):
    another digit anywhere, or a probability more than 1e-3 away."""
    some = images[np.linspace(0, len(images) - 1, min(PARITY_IMAGES, len(images)), dtype=np.int64)]
    expected = deployed(torch.from_numpy(some))[0].numpy()
    actual = Classifier(model).probabilities(some)
    assert actual.shape == (len(some), CLASSES)
    difference = float(np.abs(actual - expected).max())
    others = int((actual.argmax(axis=1) != expected.argmax(axis=1)).sum())
    if others or not difference <= PARITY_TOLERANCE:
        raise ModelError(
            f"the exported graph disagrees with the trained network: {others} of {len(some)} "
            f"digits, probabilities up to {difference:.2g} apart",
            hint="please report this with the versions in environment.json",
        )
