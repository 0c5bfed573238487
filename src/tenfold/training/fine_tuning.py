"""Fine-tuning: train a finished model further on new rows, from ten or so on, of one hand or pen.

Four models are fine-tuned on three quarters of the rows each, so that every row is read before and
after by models that were not tuned on it; the last is tuned on all rows. It replaces the starting
model only if it reads more of these rows and has not forgotten others.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from tenfold.classifier import Classifier
from tenfold.digits import Digits, join, stratified_split
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import staged_folder
from tenfold.metrics import Bools, PairedComparison, compare_paired
from tenfold.model_folder import ModelFolder, write_model
from tenfold.model_folder.card import fine_tuning_lines
from tenfold.model_folder.facts import Ancestor, FineTuningFacts, Lineage, ModelFacts, PairedFacts
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.progress import SILENT
from tenfold.recipes import Recipe
from tenfold.recipes.folds import Folds
from tenfold.run_folder import RunFolder
from tenfold.sources.sample import read_sample
from tenfold.training.cross_validation import train_folds
from tenfold.training.facts import lineage, measured_facts
from tenfold.training.job import TrainingJob
from tenfold.training.loop.teacher import CALIBRATION_ROWS_MIN, Teacher, make_teacher
from tenfold.training.measured_model import TrainedModel
from tenfold.training.networks.from_onnx import networks_from_onnx

FOLDS = 4
FORGOTTEN_MAX = 0.01  # of the retention rows, net; three of the 359 built-in ones
RETENTION_SHARE = 0.25  # of the rows given to replay
PROGRESS_ROWS_MIN = 1000  # with fewer, each training takes seconds and shows no progress


@dataclass(frozen=True)
class FineTuning:
    """The starting model (A) and the tuned one (B) on the same rows.

    `new_rows` are read by models that were not tuned on them; `retention_rows` were neither tuned
    on nor replayed.
    """

    new_rows: PairedComparison
    retention_rows: PairedComparison

    @property
    def verdict(self) -> str:
        """The model of the two that the run keeps, and why."""
        gained, lost = self.new_rows.only_b, self.new_rows.only_a
        retention = self.retention_rows
        forgotten, n = retention.only_a - retention.only_b, retention.n
        if gained <= lost:
            return "the starting model: fine-tuning did not read more of the rows held out"
        if forgotten > FORGOTTEN_MAX * n:
            return f"the starting model: fine-tuning forgot {forgotten:,} of {n:,} rows"
        return "the fine-tuned model"

    @property
    def helps(self) -> bool:
        return self.verdict == "the fine-tuned model"

    def facts(self) -> FineTuningFacts:
        """`fine_tuning` of model.json."""
        return FineTuningFacts(
            kept="fine-tuned" if self.helps else "start",
            verdict=self.verdict,
            new_rows=_paired_facts(self.new_rows),
            retention_rows=_paired_facts(self.retention_rows),
        )


def fine_tune(job: TrainingJob, model: ModelFolder, replay: Digits | None = None) -> TrainedModel:
    """Train `model` further on the job's rows, and keep the better of the two in its run folder.

    Replayed are the built-in digits, and three quarters of `replay`. Resumes where an interrupted
    run stopped. Raises ModelError, and what `train` raises.
    """
    digits, progress = job.digits, job.progress
    teacher = load_teacher(model, replay, job.recipe, job.seed)
    progress.say(
        f"fine-tuning {teacher.name} on {len(digits):,} rows, {FOLDS} times to measure it and once "
        "for good; replaying old rows beside them"
    )
    if teacher.keeps_calibration(digits):
        progress.say(
            f"temperature and reject threshold stay those of {teacher.name}: it would take "
            f"{CALIBRATION_ROWS_MIN:,} rows to set others"
        )
    shown = progress if len(digits) >= PROGRESS_ROWS_MIN else SILENT
    tuning_job = dataclasses.replace(job, teacher=teacher, progress=shown)
    tuned = train_folds(tuning_job, Folds(FOLDS))
    assert tuned.model is not None
    assert tuned.evaluation is not None
    before, after = Classifier(model), Classifier(tuned.model)
    start_evaluation = _start_evaluation(digits, before, tuned.evaluation, teacher)
    retained = [_correct(reader, teacher.retention_rows) for reader in (before, after)]
    comparison = FineTuning(
        compare_paired(start_evaluation.correct, tuned.evaluation.correct),
        compare_paired(*retained),
    )
    fine_tuning = comparison.facts()
    if comparison.helps:
        kept = _keep_tuned(job.folder, tuned, _lineage(teacher, digits, replay), fine_tuning)
    else:
        kept = _keep_start(job, teacher, start_evaluation, fine_tuning)
    for line in fine_tuning_lines(fine_tuning):
        progress.say(line)
    return kept


def load_teacher(model: ModelFolder, replay: Digits | None, recipe: Recipe, seed: int) -> Teacher:
    """`model` as a teacher, which replays the built-in digits and three quarters of `replay`.

    The remaining quarter measures what is forgotten.
    """
    replayed, retention_rows = read_sample()
    if replay is not None:
        rows, kept_out = stratified_split(replay.labelled(), RETENTION_SHARE, seed)
        replayed = join([replayed, replay.take(rows)])
        retention_rows = join([retention_rows, replay.take(kept_out)])
    networks = networks_from_onnx(model, retention_rows.images)
    return make_teacher(model, networks, replayed, retention_rows, recipe, seed)


def _start_evaluation(
    digits: Digits, classifier: Classifier, tuned: Evaluation, teacher: Teacher
) -> Evaluation:
    """Evaluation of the starting model, on the rows of the tuned one's."""
    assert tuned.measured_on is not None
    measured_on = MeasuredOn(
        "before_fine_tuning",
        len(tuned),
        len(digits),
        start=teacher.name,
        trained_on=tuned.measured_on.trained_on,
        complete=tuned.measured_on.complete,
    )
    probabilities = classifier.probabilities(digits.images[tuned.rows])
    return evaluation_of(digits, tuned.rows, probabilities, tuned.answered_accuracy, measured_on)


def _correct(classifier: Classifier, digits: Digits) -> Bools:
    correct: Bools = classifier.predict(digits.images) == digits.labelled()
    return correct


def _keep_tuned(
    run: RunFolder, tuned: TrainedModel, lineage: Lineage, fine_tuning: FineTuningFacts
) -> TrainedModel:
    """Write the tuned model once more, with its lineage and what fine-tuning did."""
    assert tuned.model is not None
    facts = dataclasses.replace(tuned.model.facts, lineage=lineage, fine_tuning=fine_tuning)
    model = _write(run, tuned.model, facts, tuned.model.seen)
    return TrainedModel(model, tuned.evaluation)


def _keep_start(
    job: TrainingJob, teacher: Teacher, evaluation: Evaluation, fine_tuning: FineTuningFacts
) -> TrainedModel:
    """Write the starting model in place of the tuned one, with its figure on the new rows."""
    measured = measured_facts(evaluation)
    facts = dataclasses.replace(teacher.model.facts, measured=measured, fine_tuning=fine_tuning)
    model = _write(job.folder, teacher.model, facts, teacher.seen_if_kept(job.digits))
    return TrainedModel(model, evaluation)


def _write(
    run: RunFolder, model: ModelFolder, facts: ModelFacts, seen: RowsSeen | None
) -> ModelFolder:
    with staged_folder(run.model, force=True) as staged:
        written = write_model(staged, model.graph, facts, seen)
    return dataclasses.replace(written, path=str(run.model))


def _lineage(teacher: Teacher, digits: Digits, replay: Digits | None) -> Lineage:
    """Everything that the weights have seen, in all their trainings, each file once."""
    earlier, latest = teacher.model.facts.lineage, lineage(digits, np.arange(len(digits)))
    replayed = lineage(replay, np.arange(0)).files if replay is not None else ()
    files = {file.sha256: file for file in (*earlier.files, *latest.files, *replayed)}
    start = Ancestor(teacher.name, teacher.model.facts.graph.sha256, earlier.start)
    rows = earlier.rows + latest.rows
    return dataclasses.replace(latest, files=tuple(files.values()), rows=rows, start=start)


def _paired_facts(counts: PairedComparison) -> PairedFacts:
    before, after = counts.accuracies
    low, high = counts.interval
    return PairedFacts(
        n=counts.n,
        before=before.value,
        before_95=before.interval,
        after=after.value,
        after_95=after.interval,
        gain=-counts.difference,
        gain_95=(-high, -low),
        gained=counts.only_b,
        lost=counts.only_a,
        mcnemar_p=counts.p_value,
    )
