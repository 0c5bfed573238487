"""From trained networks to a measured model folder: export, measure that file, add the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from torch import nn

from tenfold import notebook_html as html
from tenfold.classifier import Classifier
from tenfold.digits import Digits, Rows
from tenfold.evaluation.evaluation import Evaluation
from tenfold.files import staged_folder
from tenfold.model_folder import ModelFolder, write_model
from tenfold.model_folder.facts import ModelFacts
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.run_folder import RunFolder
from tenfold.training.facts import measured_facts
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """The model folder that a training wrote, and its evaluation; None where there is none."""

    model: ModelFolder | None
    evaluation: Evaluation | None

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell."""
        where = "" if self.model is None else self.model.path
        found = "" if self.evaluation is None else self.evaluation._repr_html_()
        return html.cell(html.lines([where]), found)


@dataclass(frozen=True, eq=False)
class Measurement:
    """The evaluation of a staged model, and the probability below which its answers are unsure."""

    evaluation: Evaluation | None
    reject_threshold: float


def write_measured_model(
    run: RunFolder,
    networks: Sequence[nn.Module],
    digits: Digits,
    val_rows: Rows,
    facts: ModelFacts,
    seen: RowsSeen,
    measure: Callable[[Classifier], Measurement],
) -> TrainedModel:
    """Stage the model folder, `measure` the staged model, write the figures into it, rename it."""
    deployed = Deployed(networks, facts.temperature)
    graph = onnx_graph(deployed)
    with staged_folder(run.model, force=True) as staged:
        model = write_model(staged, graph, facts, seen)
        check_parity(deployed, model, digits.images[val_rows] if len(val_rows) else digits.images)
        measurement = measure(Classifier(model))
        evaluation = measurement.evaluation
        if evaluation is not None:
            measured = replace(
                facts,
                reject_threshold=measurement.reject_threshold,
                measured=measured_facts(evaluation),
            )
            model = write_model(staged, graph, measured, seen)
    return TrainedModel(replace(model, path=str(run.model)), evaluation)
