"""Training on columns of numbers that are no image: full batches, L-BFGS, float64.

Nothing is drawn at random but the start, so the same rows and weights give the same network.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from tenfold.callbacks import call, epoch_logs
from tenfold.digits import Labels
from tenfold.errors import DivergedError
from tenfold.training.loop.state import derive_seed
from tenfold.training.networks.columns import ColumnsNetwork, columns_graph

EPOCHS = 100  # steps at most
WEIGHT_PENALTY = 1e-4  # L2, on weights and not on biases
GAIN_MIN = 1e-7  # a step that lowers the loss by less is the last one

Floats = npt.NDArray[np.float64]


def train_columns(
    columns: Floats,
    labels: Labels,
    row_weights: Floats,
    classes: int,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    callbacks: Sequence[object] = (),
) -> tuple[bytes, list[dict[str, float]]]:
    """Train on float64 [n, features], labels int64 [n] in 0..classes - 1, and weights [n] > 0.

    Returns the graph of `columns_graph`, and one dict an epoch, with the keys of epochs.csv.
    """
    shares = row_weights / row_weights.sum()
    mean = shares @ columns
    scale = np.sqrt(shares @ (columns - mean) ** 2)
    scale[scale <= np.abs(mean) * np.finfo(float).eps] = 1.0  # a constant column
    inputs, targets = torch.from_numpy((columns - mean) / scale), torch.from_numpy(labels)
    generator = torch.Generator().manual_seed(derive_seed(seed, 0, 0, 0) % 2**63)
    network = ColumnsNetwork(columns.shape[1], classes, generator)
    history = _fit(network, inputs, targets, torch.from_numpy(shares), epochs, callbacks)
    return columns_graph(network, mean, scale), history


def _fit(
    network: ColumnsNetwork,
    inputs: Tensor,
    targets: Tensor,
    shares: Tensor,
    epochs: int,
    callbacks: Sequence[object],
) -> list[dict[str, float]]:
    """Take steps until none gains anything, at most `epochs`. Raises DivergedError."""
    optimizer = torch.optim.LBFGS(
        network.parameters(), lr=1.0, max_iter=1, line_search_fn="strong_wolfe"
    )
    logits = torch.empty(0)

    def closure() -> Tensor:
        nonlocal logits
        optimizer.zero_grad()
        logits = network(inputs)
        losses = functional.cross_entropy(logits, targets, reduction="none")
        loss = shares @ losses + WEIGHT_PENALTY * sum(
            (layer.weight**2).sum() / 2 for layer in (network.hidden, network.last)
        )
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    history: list[dict[str, float]] = []
    before = math.inf
    call(callbacks, "set_params", {"epochs": epochs})
    call(callbacks, "on_train_begin", {})
    for epoch in range(epochs):
        call(callbacks, "on_epoch_begin", epoch, {})
        started_at_s = time.monotonic()
        loss = float(optimizer.step(closure).detach())  # type: ignore[no-untyped-call]
        if not math.isfinite(loss):
            raise DivergedError(
                f"training diverged: the loss is {loss} in epoch {epoch + 1}",
                hint="look for columns of extreme values",
            )
        history.append(
            {
                "epoch": epoch + 1,
                "seconds": round(time.monotonic() - started_at_s, 3),
                "lr": 1.0,
                "train_loss": loss,
                "train_accuracy": float(shares @ (logits.argmax(1) == targets).double()),
                "val_loss": math.nan,
                "val_accuracy": math.nan,
            }
        )
        call(callbacks, "on_epoch_end", epoch, epoch_logs(history[-1]))
        if before - loss < GAIN_MIN:
            break
        before = loss
    call(callbacks, "on_train_end", epoch_logs(history[-1]))
    return history
