"""A plain module for images of 28 x 28 as the graph of a model folder."""

from __future__ import annotations

import copy
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from tenfold.digits import CLASSES, SIDE, Images
from tenfold.errors import ModelError
from tenfold.graph import OPSET
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.networks.ensemble import PROBABILITY_MIN

EXAMPLE = 17  # tiles that the graph is traced with: a prime, which no layer has for another reason
BATCH = 256


class GivenModule(nn.Module):
    """A copy of `module` behind scaling and normalisation, before temperature and softmax.

    Input uint8 [n, 28, 28]. The module gets float32 [n, 1, 28, 28], pixels in 0..1 less `mean`
    over `std`, and gives [n, 10]: logits, their log-softmax, or probabilities, which are
    recognised by their sums.
    """

    def __init__(self, module: nn.Module, mean: float, std: float) -> None:
        super().__init__()
        self.module = copy.deepcopy(module).cpu().float().eval()
        self.scale, self.shift = 1 / std, -mean / std
        self.temperature = 1.0
        self.gives_probabilities = False

    def forward(self, images: Tensor) -> Tensor:
        return torch.softmax(self.logits(images) / self.temperature, dim=1)

    def logits(self, images: Tensor) -> Tensor:
        outputs: Tensor = self.module(to_inputs(images) * self.scale + self.shift)
        return torch.log(outputs + PROBABILITY_MIN) if self.gives_probabilities else outputs

    @torch.no_grad()
    def recognise_outputs(self, images: Images) -> None:
        """Tell logits from probabilities. Raises ModelError where the module gives neither."""
        try:
            outputs = self.logits(torch.from_numpy(images[:BATCH]))
        except Exception as problem:  # whatever somebody's code raises
            raise ModelError(
                f"the module cannot take float32 [n, 1, {SIDE}, {SIDE}]: {problem}",
                hint="wrap it in a module that takes such images",
            ) from problem
        if not isinstance(outputs, Tensor) or outputs.shape[1:] != (CLASSES,):
            shape = list(getattr(outputs, "shape", [])) or type(outputs).__name__
            raise ModelError(
                f"the module gives {shape}, expected [n, {CLASSES}]",
                hint="give a module whose outputs are the logits of the digits 0 to 9",
            )
        if not torch.isfinite(outputs).all():
            raise ModelError("the module gives NaN or infinity", hint="look for what diverged")
        sums = outputs.sum(dim=1)
        self.gives_probabilities = bool(outputs.min() >= 0 and (sums - 1).abs().max() < 1e-3)

    @torch.no_grad()
    def all_logits(self, images: Images) -> Tensor:
        """Logits float32 [n, 10] of all images, in batches."""
        batches = torch.split(torch.from_numpy(images), BATCH)
        return torch.cat([self.logits(batch) for batch in batches])


def given_graph(given: GivenModule) -> bytes:
    """An ONNX file with the inputs and outputs of a model folder, weights as they are.

    Traced with a fixed number of tiles, which then becomes free: so `x.view(len(x), -1)` is a
    constant shape, as the check of graphs wants it. Whether that is right, `check_parity` tells.
    """
    example = torch.zeros(EXAMPLE, SIDE, SIDE, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter says that it will be replaced one day
        path = Path(folder) / "model.onnx"
        try:
            torch.onnx.export(
                given,
                (example,),
                path,
                dynamo=False,
                opset_version=OPSET,
                input_names=["images"],
                output_names=["probabilities"],
            )
        except Exception as problem:  # torch's exporter raises what it likes
            raise ModelError(
                f"the module has no ONNX graph: {' '.join(str(problem).split())[:300]}",
                hint="use layers that torch.onnx.export knows, without branches on values",
            ) from problem
        model = onnx.load(path)
    _free_batch(onnx.shape_inference.infer_shapes(model).graph, model.graph)
    _in_known_operators(model.graph)
    _add_is_digit(model.graph)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _free_batch(inferred: onnx.GraphProto, graph: onnx.GraphProto) -> None:
    """Free the first side of inputs, outputs and reshapes; `inferred` has the shapes of values."""
    shapes = {
        value.name: [side.dim_value for side in value.type.tensor_type.shape.dim]
        for value in inferred.value_info
    }
    for end in (*graph.input, *graph.output):
        end.type.tensor_type.shape.dim[0].dim_param = "n"
    del graph.value_info[:]
    for number, node in enumerate(graph.node):
        shape = shapes.get(node.output[0], [])
        if node.op_type == "Reshape" and shape[:1] == [EXAMPLE]:
            name = f"shape.{number}"
            freed = np.array([0, *shape[1:]], np.int64)  # 0: as many as come in
            graph.initializer.append(numpy_helper.from_array(freed, name))
            node.input[1] = name


def _in_known_operators(graph: onnx.GraphProto) -> None:
    """LogSoftmax as the logarithm of a softmax, which is what the check of graphs knows."""
    nodes = []
    for node in graph.node:
        if node.op_type == "LogSoftmax":
            inside = f"{node.output[0]}.softmax"
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            nodes.append(helper.make_node("Softmax", [node.input[0]], [inside], **attributes))
            nodes.append(helper.make_node("Log", [inside], [node.output[0]]))
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _add_is_digit(graph: onnx.GraphProto) -> None:
    """Add the output `is_digit`, 1 for every tile: a given module has no such output."""
    first = numpy_helper.from_array(np.array(0, np.int64), "first_class")
    always = numpy_helper.from_array(np.ones(1, np.float32), "one")
    graph.initializer.append(first)
    graph.node.extend(
        [
            helper.make_node("Gather", ["probabilities", "first_class"], ["of_first"], axis=1),
            helper.make_node("Shape", ["of_first"], ["tiles"]),
            helper.make_node("ConstantOfShape", ["tiles"], ["is_digit"], value=always),
        ]
    )
    graph.output.append(helper.make_tensor_value_info("is_digit", onnx.TensorProto.FLOAT, ["n"]))
