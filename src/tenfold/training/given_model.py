"""A plain module as a model folder, measured on rows that were given with it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tenfold import environment, metrics
from tenfold.classifier import Classifier
from tenfold.digits import CLASSES, Digits
from tenfold.errors import ModelError, UsageError
from tenfold.evaluation.evaluation import evaluation_of
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import staged_folder
from tenfold.graph import GraphFault, check_graph
from tenfold.model_folder import write_model
from tenfold.model_folder.facts import Lineage, ModelFacts, RecipeFacts
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.training.facts import measured_facts
from tenfold.training.measured_model import TrainedModel
from tenfold.training.networks.given_module import GivenModule, given_graph
from tenfold.training.networks.to_onnx import PARITY_TOLERANCE

ANSWERED_ACCURACY = 0.999


def write_given_model(
    module: object,
    digits: Digits,
    folder: Path,
    *,
    name: str,
    mean: float,
    std: float,
    force: bool = False,
) -> TrainedModel:
    """Write `module` as a model folder, and measure that folder on labelled `digits`.

    These rows set the temperature and the threshold too; the figures are cross-fitted. Raises
    ModelError for a module whose graph has operators that no model folder may have, DataError for
    rows without labels, UsageError for what is no module, OutputError.
    """
    if not isinstance(module, nn.Module):
        raise UsageError(
            f"a {type(module).__name__} is no torch.nn.Module",
            hint="give the module itself, not its weights or its path",
        )
    if isinstance(module, torch.jit.ScriptModule):
        raise UsageError(
            "a compiled module cannot be exported", hint="give the module that it was made from"
        )
    labels = digits.labelled()
    given = GivenModule(module, mean, std)
    given.recognise_outputs(digits.images)
    logits = given.all_logits(digits.images)
    given.temperature = metrics.fit_temperature(labels, torch.softmax(logits.double(), 1).numpy())
    expected = torch.softmax(logits / given.temperature, dim=1).numpy()
    graph = given_graph(given)
    try:
        check_graph(graph)
    except GraphFault as fault:
        raise ModelError(
            f"the module becomes a graph that no model folder may have: {fault}",
            hint="take another layer for it, such as ReLU for GELU; or export the module to ONNX "
            "and measure that: tenfold evaluate FILE.onnx --data DATA",
        ) from None
    seen = RowsSeen.unrecorded() | RowsSeen.of((), [digits])
    facts = _facts(name, given.temperature)
    with staged_folder(folder, force=force) as staged:
        model = write_model(staged, graph, facts, seen)
        probabilities = Classifier(model, tiles=len(digits)).probabilities(digits.images)
        apart = float(np.abs(probabilities - expected).max())
        if not apart <= PARITY_TOLERANCE:
            raise ModelError(
                f"the graph disagrees with the module: probabilities up to {apart:.2g} apart",
                hint="its answer for an image may not depend on the others, nor on chance",
            )
        evaluation = evaluation_of(
            digits,
            np.arange(len(digits)),
            probabilities,
            ANSWERED_ACCURACY,
            MeasuredOn("given", len(digits), len(digits)),
        )
        measured = dataclasses.replace(
            facts,
            reject_threshold=evaluation.reject_threshold,
            measured=measured_facts(evaluation),
        )
        model = write_model(staged, graph, measured, seen)
    return TrainedModel(dataclasses.replace(model, path=os.fspath(folder)), evaluation)


def _facts(name: str, temperature: float) -> ModelFacts:
    """Content of model.json; fields about a training stay empty, since none is known."""
    return ModelFacts(
        recipe=RecipeFacts.from_json(
            {"name": name, "epochs": 0, "answered_accuracy": ANSWERED_ACCURACY}
        ),
        seed=0,
        labels=tuple(str(digit) for digit in range(CLASSES)),
        temperature=temperature,
        reject_threshold=0.0,
        lineage=Lineage((), 0, hashlib.sha256(b"").hexdigest()),
        packages=environment.package_versions(),
    )
