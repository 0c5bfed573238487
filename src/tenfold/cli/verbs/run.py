"""tenfold run: the main job, from data files to submission.csv."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tenfold.cli.options import (
    LazyCommand,
    engine_option,
    refuse_options,
    refuse_other_options,
    training_options,
)
from tenfold.cli.output import print_answer
from tenfold.errors import UsageError
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.digits.table_frame import Transposed
    from tenfold.interop.tracking.tracker import Tracker
    from tenfold.recipes.folds import Final


@click.command(
    "run",
    cls=LazyCommand,
    parameters=lambda command: training_options(engine_option(command)),
)
def run_command(**options: Any) -> None:
    """Check, train, evaluate, report and write submission.csv."""
    main_job(submit=True, **options)


def main_job(
    *,
    submit: bool,
    data: Sequence[str],
    recipe: str,
    seed: int,
    out: str | None,
    resume: str | None,
    force: bool,
    folds: int | None,
    only: str | None,
    final: Final | None,
    replay: Sequence[str],
    track: str | None,
    track_to: str | None,
    on: str,
    workers: int | None,
    label: str | None,
    header: bool | None,
    transposed: Transposed,
    as_json: bool,
    quiet: bool,
    engine: Engine = "auto",
    **fields: Any,
) -> None:
    """Start or resume a run and print its folder, or its figures as JSON.

    `fields` are the options named after the fields of a recipe, and --from. Without `submit` no
    test rows are read and no submission is written.
    """
    from tenfold import main_job
    from tenfold.digits import DataOptions

    start = fields.pop("from")
    progress = Progress(quiet=quiet)
    callbacks = _trackers(track, track_to)
    if resume is not None:
        # a resumed run keeps its settings
        refuse_other_options(
            "--resume", "data", "engine", "on", "workers", "track", "track_to", "as_json", "quiet"
        )
        result = main_job.resume(
            resume,
            data=data,
            submit=submit,
            engine=engine,
            on=on,
            workers=workers,
            callbacks=callbacks,
            progress=progress,
        )
    else:
        if start is not None:
            refuse_options("--from", "recipe", "folds", "only", "final", "validation")
        if replay and start is None:
            raise UsageError(
                "--replay is for --from", hint="give it as DATA, or add --from pictures"
            )
        if folds is None and (only or final):
            raise UsageError("--only and --final are for --folds", hint="add --folds 10")
        result = main_job.run(
            data,
            recipe if start is None else None,
            seed=seed,
            out=out,
            force=force,
            submit=submit,
            folds=folds,
            only=_fold_numbers(only),
            final=final,
            start=start,
            replay=replay,
            engine=engine,
            on=on,
            workers=workers,
            callbacks=callbacks,
            options=DataOptions(label, header, transposed),
            progress=progress,
            **{name: value for name, value in fields.items() if value is not None},
        )
    if sys.stdout is not None:  # a closed one is no error here: the result is in the folder
        print_answer(result.to_json() if as_json else str(result.folder), as_json)


def _trackers(track: str | None, track_to: str | None) -> list[Tracker]:
    """The trackers that were asked for. Raises UsageError, MissingExtraError."""
    if track is None:
        if track_to is not None:
            raise UsageError("--track-to is for --track", hint="add --track mlflow")
        return []
    from tenfold.interop.tracking import tracker

    return [tracker(track, to=track_to)]


def _fold_numbers(listed: str | None) -> list[int]:
    """The numbers of "0,3,7"; none where the option was left out. Raises UsageError."""
    try:
        return [int(number) for number in listed.split(",")] if listed else []
    except ValueError:
        raise UsageError(
            f"--only is '{listed}'", hint="give fold numbers separated by commas: --only 0,3,7"
        ) from None
