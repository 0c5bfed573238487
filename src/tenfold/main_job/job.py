"""The steps of a run with accepted data: train, evaluate, report, predict the test rows."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tenfold.callbacks import call
from tenfold.classifier import Classifier, Engine
from tenfold.classifier.engine_choice import require_engine
from tenfold.digits import Digits
from tenfold.errors import Interrupted, MissingExtraError, OutputError
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.report import Report, write_report
from tenfold.evaluation.unseen import rows_to_measure
from tenfold.files import write_json, write_whole
from tenfold.files.locks import watched
from tenfold.main_job.data import RunData
from tenfold.main_job.result import RunResult
from tenfold.main_job.warm_start import WarmStart
from tenfold.predictions import find_seen, remarks_on_seen
from tenfold.progress import Progress
from tenfold.recipes import Recipe
from tenfold.recipes.folds import Folds
from tenfold.run_folder import RunFolder
from tenfold.signals import stop_signals
from tenfold.submission import write_submission

if TYPE_CHECKING:
    from tenfold.training.elsewhere import Workers
    from tenfold.training.measured_model import TrainedModel


@dataclass(frozen=True, eq=False)
class Execution:
    """How a run is carried out this time; when it is resumed, all of this may differ.

    submit: whether to write a submission; engine: what predicts the test rows; started_at_s: a time
    of time.monotonic(); callbacks: called in each epoch; workers: who trains folds, several at
    once; None: this process, one after another.
    """

    submit: bool
    engine: Engine
    progress: Progress
    started_at_s: float
    callbacks: Sequence[object] = ()
    workers: Workers | None = None

    @classmethod
    def prepared(
        cls,
        submit: bool,
        engine: Engine,
        workers: Workers | None,
        callbacks: Sequence[object],
        progress: Progress,
    ) -> Execution:
        """Refuse what is not installed, before the work and not after it; start clock and log.

        Raises MissingExtraError.
        """
        started_at_s = time.monotonic()
        if any(find_spec(name) is None for name in ("torch", "onnx", "matplotlib", "jinja2")):
            raise MissingExtraError("training", "train")
        require_engine(engine)
        recorded = Progress(quiet=progress.quiet)
        return cls(submit, engine, recorded, started_at_s, callbacks, workers)


@dataclass(frozen=True, eq=False)
class RunJob:
    """Everything that describes one run, new or resumed."""

    folder: RunFolder
    data: RunData
    recipe: Recipe
    seed: int
    folds: Folds | None
    warm_start: WarmStart | None
    execution: Execution

    @property
    def progress(self) -> Progress:
        return self.execution.progress


def carry_out(job: RunJob) -> RunResult:
    """Train, report and predict the test rows.

    Raises Interrupted, or OutputError, with the command that resumes the run; and DivergedError.
    """
    folder, progress = job.folder, job.progress
    with watched(folder.path) as refuse_removed, _resumable(job, refuse_removed):
        with stop_signals() as stop:
            trained = _train(job, stop)
        test_evaluation = _report_and_predict(job, trained)
        _say_figures(job, trained.evaluation)
        seconds = time.monotonic() - job.execution.started_at_s
        refuse_removed()
        progress.say(f"done in {seconds:.1f} s: {folder.path}")
        _write_log(job)
    model = trained.model
    fine_tuning = None if model is None else model.facts.fine_tuning
    result = RunResult(
        folder=folder.path,
        model=None if model is None else folder.model,
        evaluation=trained.evaluation,
        test=test_evaluation,
        submission=folder.submission if _writes_submission(job, trained) else None,
        seconds=seconds,
        fine_tuning=None if fine_tuning is None else fine_tuning.to_json(),
    )
    call(job.execution.callbacks, "on_run_end", result)
    return result


def _train(job: RunJob, stop: Callable[[], bool]) -> TrainedModel:
    """Train or fine-tune one model, or cross-validate."""
    from tenfold.training.cross_validation import train_folds
    from tenfold.training.fine_tuning import fine_tune
    from tenfold.training.job import TrainingJob
    from tenfold.training.single_model import train

    training_job = TrainingJob(
        job.folder,
        job.data.train,
        job.recipe,
        job.seed,
        stop=stop,
        callbacks=job.execution.callbacks,
        progress=job.progress,
    )
    if job.warm_start is not None:
        return fine_tune(training_job, job.warm_start.model, job.warm_start.replay)
    if job.folds is not None:
        return train_folds(training_job, job.folds, job.execution.workers)
    return train(training_job)


@contextlib.contextmanager
def _resumable(job: RunJob, refuse_removed: Callable[[], None]) -> Iterator[None]:
    """Add the command that resumes the run to what interrupts it."""
    hint = f"go on with: {job.folder.resume_command(submit=job.execution.submit)}"
    try:
        yield
    except (Interrupted, KeyboardInterrupt) as stopped:
        message = stopped.message if isinstance(stopped, Interrupted) else "interrupted"
        refuse_removed()
        with contextlib.suppress(OutputError):
            _write_log(job)
        raise Interrupted(message, hint=hint) from None
    except OutputError as problem:
        if not job.folder.checkpoint.exists():
            raise
        raise OutputError(problem.message, hint=f"{problem.hint}; then {hint}") from problem


def _report_and_predict(job: RunJob, trained: TrainedModel) -> Evaluation | None:
    """Write the report and, at the same time, the submission; the evaluation of the test rows."""
    test_evaluation = None
    with ThreadPoolExecutor(1) as pool:  # drawing takes one core, and predicting leaves some
        report = pool.submit(_write_report, job, trained.evaluation)
        if job.data.test is not None and _writes_submission(job, trained):
            test_evaluation = _predict_test(job, job.data.test)
        elif job.execution.submit:
            reason = "there were no test rows; give test.csv too, or the zip"
            reason = reason if trained.model else "--final none has no model"
            job.progress.say(f"no submission: {reason}")
        report.result()
    return test_evaluation


def _writes_submission(job: RunJob, trained: TrainedModel) -> bool:
    return job.data.test is not None and trained.model is not None


def _write_report(job: RunJob, evaluation: Evaluation | None) -> None:
    folder = job.folder
    if evaluation is None:
        return
    write_evaluation(evaluation, folder.report)
    report = Report(
        evaluation,
        title=str(folder.path),
        recipe=job.recipe,
        epochs=folder.read_epochs(),
        data=folder.read_data(),
        environment=folder.read_environment(),
    )
    write_report(report, folder.report)


def _predict_test(job: RunJob, test: Digits) -> Evaluation | None:
    """Write the submission with the model as it lies in the run folder.

    Where the test rows have labels, those that the model has not seen are evaluated.
    """
    folder, progress = job.folder, job.progress
    classifier = Classifier.load(folder.path, engine=job.execution.engine, tiles=len(test))
    probabilities = classifier.probabilities(test.images)
    labels = probabilities.argmax(axis=1)
    write_submission(folder.submission, labels, names=test.names, force=True)
    progress.say(f"submission: {folder.submission} ({len(test):,} rows, read back and checked)")
    for remark in remarks_on_seen(find_seen(classifier.model, test)):
        progress.say(remark)
    if test.labels is None:
        return None
    rows, measured_on = rows_to_measure(classifier.model, test)
    if not len(rows):
        progress.say("no test accuracy: the model was trained on all test rows")
        return None
    target = job.recipe.answered_accuracy
    evaluation = evaluation_of(test, rows, probabilities[rows], target, measured_on)
    write_json(folder.report / "test_metrics.json", evaluation.numbers())
    progress.say(f"test accuracy: {evaluation.accuracy}")
    _say_measured_on(evaluation, progress)
    return evaluation


def _say_figures(job: RunJob, evaluation: Evaluation | None) -> None:
    if evaluation is None:
        job.progress.say("no validation accuracy and no report: all rows were trained on")
        return
    job.progress.say(f"validation accuracy: {evaluation.accuracy}")
    _say_measured_on(evaluation, job.progress)
    job.progress.say(f"report: {job.folder.report / 'report.html'}")


def _say_measured_on(evaluation: Evaluation, progress: Progress) -> None:
    assert evaluation.measured_on is not None
    for line in (f"measured on {evaluation.measured_on}", *evaluation.measured_on.notes):
        progress.say(line)


def _write_log(job: RunJob) -> None:
    write_whole(job.folder.log, "\n".join(job.progress.log_lines) + "\n")
