"""Train a model in memory: tiles in, a model out, and no run folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from tenfold.callbacks import call
from tenfold.digits import Digits, stratified_split
from tenfold.kept_memory import memory_kept
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.facts import StoredFile
from tenfold.recipes import Recipe
from tenfold.training.facts import model_facts, rows_seen
from tenfold.training.loop.fit import fit
from tenfold.training.loop.precision import denormals_flushed
from tenfold.training.loop.speed_trial import find_fast_settings
from tenfold.training.loop.state import TrainingState
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph
from tenfold.training.single_model import fit_temperature

Floats = npt.NDArray[np.float64]


@denormals_flushed()
@memory_kept()
def train_in_memory(
    digits: Digits,
    row_weights: Floats | None,
    recipe: Recipe,
    *,
    seed: int = 0,
    name: str = "a model in memory",
    callbacks: Sequence[object] = (),
) -> tuple[ModelFolder, list[dict[str, float]]]:
    """Train on labelled rows, each with its weight in the loss (float64 [n], or None: all alike).

    The recipe's share of validation rows is kept out; temperature 1 where there are none. Returns
    the model, which is not measured, and one dict an epoch, with the keys of epochs.csv. Raises
    DivergedError, ModelError.
    """
    train_rows, val_rows = stratified_split(digits.labelled(), recipe.validation, seed)
    recipe = recipe.lengthened(len(train_rows))
    faster = find_fast_settings(recipe, len(train_rows))
    state = TrainingState.initial(recipe, seed, faster=faster)
    if row_weights is not None:
        weights = row_weights[train_rows] / row_weights[train_rows].mean()
        state.row_weights = torch.from_numpy(weights).float().to(state.hardware.device)
    call(callbacks, "set_params", {"epochs": recipe.epochs, "recipe": dataclasses.asdict(recipe)})
    fit(state, digits, train_rows, val_rows, callbacks=callbacks)
    temperature = fit_temperature(state, digits, val_rows)
    deployed = Deployed(state.networks, temperature)
    graph = onnx_graph(deployed)
    facts = dataclasses.replace(
        model_facts(recipe, seed, temperature, digits, train_rows), graph=StoredFile.of(graph)
    )
    model = ModelFolder(name, graph, facts, rows_seen(digits, train_rows, val_rows, None))
    check_parity(deployed, model, digits.images)
    return model, state.position.epochs
