"""Trained networks to PyTorch, and plain modules back into model folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.classifier import find_model
from tenfold.errors import UsageError
from tenfold.files import refuse_existing
from tenfold.interop.training import require_training
from tenfold.model_folder import CARD
from tenfold.model_folder.card import GRAPH, ROWS
from tenfold.model_folder.stored_files import FACTS
from tenfold.sources import Data, open_digits

if TYPE_CHECKING:
    from tenfold.training.measured_model import TrainedModel
    from tenfold.training.trained_network import TrainedNetwork


def to_torch(model: str | os.PathLike[str] = "mnist") -> TrainedNetwork:
    """The network of a model (a folder, a run, or the name of a shipped one) as an nn.Module.

    `network(images)` gives the calibrated probabilities of the model folder, float32 [n, 10],
    `network.logits(images)` what a loss takes; images are uint8 [n, 28, 28] or float in 0..1. It is
    in evaluation mode, has the weights as the folder keeps them, and can be trained further.
    Raises ModelError, MissingExtraError.
    """
    require_training()
    from tenfold.training.trained_network import trained_network

    return trained_network(find_model(model))


def from_torch(
    module: Any,
    data: Data,
    to: str | os.PathLike[str],
    *,
    mean: float = 0.0,
    std: float = 1.0,
    name: str = "module",
    force: bool = False,
) -> TrainedModel:
    """Write an nn.Module for images of 28 x 28 as the model folder `to`, measured on `data`.

    The module takes float32 [n, 1, 28, 28] and gives logits, log-probabilities or probabilities of
    the ten digits, [n, 10]. It was trained on pixels in 0..1 less `mean` over `std`: for the usual
    Normalize of torchvision, mean=0.1307 and std=0.3081. `data` are labelled rows, in files or in
    memory, that it was not trained on; they also set the temperature and the reject threshold. The
    result has `.model` and `.evaluation`. Raises DataError, ModelError, OutputError, UsageError,
    MissingExtraError.
    """
    require_training()
    from tenfold.training.given_model import write_given_model

    if not std > 0:
        raise UsageError(f"std is {std}", hint="give the standard deviation of Normalize")
    refuse_existing(os.fspath(to), force=force, ours=(GRAPH, FACTS, ROWS, CARD))
    digits = open_digits(data).labelled_rows()
    return write_given_model(module, digits, Path(to), name=name, mean=mean, std=std, force=force)
