"""tenfold run: the main job, from data files to submission.csv."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tenfold.cli.options import LateCommand, engine_option, given, training_options
from tenfold.cli.output import print_answer
from tenfold.errors import UsageError
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.folds import Final
    from tenfold.recipes import Recipe


@click.command(
    "run",
    cls=LateCommand,
    parameters=lambda command: training_options(engine_option(command)),
)
def run_command(**options: Any) -> None:
    """Check, train, evaluate, report and write submission.csv.

    DATA is Kaggle's zip file, the unpacked folder, a table (CSV, ARFF, Parquet), arrays (.npz,
    .npy), IDX files, or a folder of pictures with one subfolder for each class. Several are joined.
    Without DATA, the built-in sample of 1,797 digits is used.
    """
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
    rehearse: Sequence[str],
    label: str | None,
    header: bool | None,
    as_json: bool,
    quiet: bool,
    engine: Engine = "auto",
    **fields: Any,
) -> None:
    """Start or resume a run and print its folder, or its figures as JSON.

    `fields` are the options named after the fields of a recipe, and --from. Without `submit` no
    test rows are read and no submission is written.
    """
    from tenfold import run
    from tenfold.digits import TableOptions

    start = fields.pop("from")
    progress = Progress(quiet=quiet)
    if resume is not None:
        # a resumed run keeps its settings
        allowed = ("resume", "data", "engine", "as_json", "quiet")
        _refuse("--resume", *(set(click.get_current_context().params) - set(allowed)))
        result = run.resume(resume, paths=data, submit=submit, engine=engine, progress=progress)
    else:
        chosen = _recipe(recipe, start, fields)
        if rehearse and start is None:
            raise UsageError(
                "--rehearse is for --from", hint="give it as DATA, or add --from pictures"
            )
        if folds is None and (only or final):
            raise UsageError("--only and --final are for --folds", hint="add --folds 10")
        result = run.run(
            data,
            chosen,
            seed=seed,
            out=out,
            force=force,
            submit=submit,
            folds=folds,
            only=_fold_numbers(only),
            final=final or ("none" if only else "refit"),
            start=start,
            rehearse=rehearse,
            engine=engine,
            options=TableOptions(label, header),
            progress=progress,
        )
    if sys.stdout is not None:  # a closed one is no error here: the result is in the folder
        print_answer(result.to_json() if as_json else str(result.folder), as_json)


def _fold_numbers(listed: str | None) -> list[int]:
    """The numbers of "0,3,7"; none where the option was left out. Raises UsageError."""
    try:
        return [int(number) for number in listed.split(",")] if listed else []
    except ValueError:
        raise UsageError(
            f"--only is '{listed}'", hint="give fold numbers separated by commas: --only 0,3,7"
        ) from None


def _recipe(name: str, start: str | None, fields: dict[str, Any]) -> Recipe:
    """The recipe of that name, or the one that fine-tunes the model `start`, with the fields that
    were given replaced."""
    from tenfold.recipes import find_recipe, fine_tuning_recipe

    if start is None:
        chosen = find_recipe(name)
    else:
        from tenfold.classifier import find_model

        _refuse("--from", "recipe", "folds", "only", "final", "validation")
        chosen = fine_tuning_recipe(find_model(start).facts.recipe.to_json())
    return chosen.replace({name: value for name, value in fields.items() if value is not None})


def _refuse(beside: str, *names: str) -> None:
    """Raise UsageError if an option was typed that `beside` rules out."""
    for name in names:
        if given(name):
            raise UsageError(
                f"--{name.replace('_', '-')} cannot be changed by {beside}",
                hint="leave it out, or start another run",
            )
