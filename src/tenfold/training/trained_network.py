"""The network of a model folder as a PyTorch module, to be used or trained outside of tenfold."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tenfold.digits import SIDE
from tenfold.model_folder import ModelFolder
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.networks.ensemble import ensemble_outputs
from tenfold.training.networks.from_onnx import networks_from_onnx
from tenfold.training.tiles.european import european_digits

PARITY_TILES = 64  # drawn digits on which module and graph are compared


class TrainedNetwork(nn.Module):
    """Every member, their average and the temperature; an ordinary module that can be trained.

    Images are uint8 [n, 28, 28], or float in 0..1, [n, 28, 28] or [n, 1, 28, 28], ink bright on 0.
    Batch norm is folded into the convolutions, as in the graph that it comes from.
    """

    temperature: Tensor

    def __init__(self, members: Sequence[nn.Module], temperature: float) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("temperature", torch.tensor(temperature))

    def forward(self, images: Tensor) -> Tensor:
        """Calibrated probabilities float32 [n, 10]; rows sum to 1."""
        return torch.softmax(self.logits(images), dim=1)

    def logits(self, images: Tensor) -> Tensor:
        """Logits float32 [n, 10] of these probabilities, for a loss."""
        result: Tensor = ensemble_outputs(list(self.members), _inputs(images))[0]
        return result / self.temperature

    def is_digit(self, images: Tensor) -> Tensor:
        """Probability float32 [n] that the image shows a digit; 1 where that was not trained."""
        return ensemble_outputs(list(self.members), _inputs(images))[1]


def _inputs(images: Tensor) -> Tensor:
    if images.dtype == torch.uint8:
        return to_inputs(images.reshape(-1, SIDE, SIDE))
    return images.reshape(-1, 1, SIDE, SIDE)


def trained_network(model: ModelFolder) -> TrainedNetwork:
    """The module of a model, in evaluation mode.

    On drawn digits it says what the model's graph says, within the tolerance of export. Raises
    ModelError where it does not, or where the graph is no network of this version.
    """
    empty = torch.zeros(PARITY_TILES, 1, SIDE, SIDE)
    drawn, _ = european_digits(empty, torch.Generator().manual_seed(0))
    tiles = (drawn[:, 0] * 255).round().byte().numpy()
    network = TrainedNetwork(networks_from_onnx(model, tiles), model.facts.temperature)
    return network.eval()
