"""From trained networks to one ONNX graph: uint8 tiles in, calibrated probabilities out."""

from __future__ import annotations

import copy
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

from tenfold.classifier import Classifier
from tenfold.digits import CLASSES, SIDE, Images
from tenfold.errors import ModelError
from tenfold.graph import OPSET
from tenfold.model_folder import ModelFolder
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.networks.ensemble import ensemble_outputs

PARITY_IMAGES = 1000
PARITY_TOLERANCE = 1e-3  # of a probability


class Deployed(nn.Module):
    """Scaling, every member, their average, the temperature and the softmax in one module.

    Batch norm is folded into the convolutions, and weights are rounded to half precision, in which
    the graph keeps them: a copy that differs from what was trained, so it is the one to measure.
    With `half` False the weights stay as they are.

    Input uint8 [n, 28, 28]; outputs probabilities float32 [n, 10] and is_digit float32 [n],
    constant 1 from networks that were not trained to tell.
    """

    def __init__(
        self, members: Sequence[nn.Module], temperature: float, *, half: bool = True
    ) -> None:
        super().__init__()
        # the originals keep their mode and memory layout: training may go on with them
        self.members = nn.ModuleList(_folded(copy.deepcopy(member).cpu()) for member in members)
        self.temperature = temperature
        self.eval()
        if half:
            with torch.no_grad():
                for weight in self.parameters():
                    weight.copy_(weight.half().float())

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        inputs = to_inputs(images)
        logits, is_digit = ensemble_outputs(list(self.members), inputs)
        return torch.softmax(logits / self.temperature, dim=1), is_digit


def _folded(network: nn.Module) -> nn.Module:
    """Fold each batch norm into the convolution before it; the network is in evaluation mode."""
    network.eval()
    layers = dict(network.named_children())
    names = list(layers)
    for at, name in enumerate(names[:-1]):
        following = names[at + 1]
        if isinstance(layers[following], nn.MaxPool2d) and at + 2 < len(names):
            following = names[at + 2]
        layer, norm = layers[name], layers[following]
        if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            # a scale may be negative, and would then not commute with a pool between the two
            assert following == names[at + 1] or norm.weight is None
            setattr(network, name, fuse_conv_bn_eval(layer, norm))
            setattr(network, following, nn.Identity())
    for child in network.children():
        _folded(child)
    return network


def onnx_graph(deployed: Deployed) -> bytes:
    """The module as an ONNX file, weights in half precision (runtimes widen them on loading).

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
        return _in_half_precision(onnx.load(path)).SerializeToString()


def _in_half_precision(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store as float16 each float32 weight that loses nothing by it, and cast it back."""
    graph = model.graph
    for weight in list(graph.initializer):
        array = numpy_helper.to_array(weight)
        if array.dtype != np.float32 or array.ndim == 0:
            continue
        half = array.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), array):
            continue
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(half, f"{weight.name}.half"))
        cast = helper.make_node(
            "Cast", [f"{weight.name}.half"], [weight.name], to=TensorProto.FLOAT
        )
        graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    return model


@torch.no_grad()
def check_parity(deployed: Deployed, model: ModelFolder, images: Images) -> None:
    """Raise ModelError if onnxruntime reads some of 1,000 real images otherwise than torch (fp32):
    another digit anywhere, or a probability more than 1e-3 away."""
    sample = images[
        np.linspace(0, len(images) - 1, min(PARITY_IMAGES, len(images)), dtype=np.int64)
    ]
    expected = deployed(torch.from_numpy(sample))[0].numpy()
    actual = Classifier(model).probabilities(sample)
    assert actual.shape == (len(sample), CLASSES)
    difference = float(np.abs(actual - expected).max())
    differing = int((actual.argmax(axis=1) != expected.argmax(axis=1)).sum())
    if differing or not difference <= PARITY_TOLERANCE:
        raise ModelError(
            f"the exported graph disagrees with the trained network: {differing} of {len(sample)} "
            f"digits, probabilities up to {difference:.2g} apart",
            hint="please report this with the versions in environment.json",
        )
