"""tenfold tune: a search for better fields of a recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from tenfold.cli.options import (
    LazyCommand,
    given,
    output_options,
    place_options,
    recipe_options,
    refuse_other_options,
    table_options,
)
from tenfold.cli.output import print_answer
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.digits.table_frame import Transposed


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--force", is_flag=True, help="Replace DIR if it exists."),
        click.option("--resume", metavar="DIR", help="Go on with an interrupted search."),
        place_options("trials"),
        click.option("--out", metavar="DIR", help="The folder.  [default: runs/tune-<recipe>-<n>]"),
        click.option(
            "--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed."
        ),
        click.option(
            "--vary",
            metavar="FIELD,FIELD,...",
            help="Vary only these fields.  [default: all of the recipe's search space]",
        ),
        click.option(
            "--held-out",
            type=click.FloatRange(0.001, 0.9),
            default=0.1,
            show_default=True,
            help="Share of the rows that no trial sees; the figures come from these.",
        ),
        click.option(
            "--minutes",
            type=click.FloatRange(0, min_open=True),
            help="Stop the trials after so many minutes.  [default: no limit]",
        ),
        click.option(
            "--trials",
            type=click.IntRange(1),
            default=30,
            show_default=True,
            help="Trials in all; trial 0 is the recipe as it is.",
        ),
        table_options,
        recipe_options,
        output_options,
        click.argument("data", nargs=-1),
    ):
        command = option(command)
    return command


@click.command(cls=LazyCommand, parameters=_options)
def tune(
    *,
    data: Sequence[str],
    recipe: str,
    trials: int,
    minutes: float | None,
    held_out: float,
    vary: str | None,
    seed: int,
    out: str | None,
    resume: str | None,
    force: bool,
    on: str,
    workers: int | None,
    label: str | None,
    header: bool | None,
    transposed: Transposed,
    as_json: bool,
    quiet: bool,
    **fields: Any,
) -> None:
    """Search for better values of a recipe's fields, and write them as a recipe file.

    Rows that choose are not the rows reported: --held-out rows are seen by no trial. Killed and
    resumed, a search goes on where it was.
    """
    from tenfold.digits import DataOptions
    from tenfold.interop.tuning import resume as go_on
    from tenfold.interop.tuning import tune as search

    progress = Progress(quiet=quiet)
    if resume is not None:
        refuse_other_options(
            "--resume", "data", "trials", "minutes", "on", "workers", "as_json", "quiet"
        )
        tuning = go_on(
            resume,
            data=data,
            trials=trials if given("trials") else None,
            minutes=minutes,
            on=on,
            workers=workers,
            progress=progress,
        )
    else:
        tuning = search(
            data,
            recipe,
            trials=trials,
            minutes=minutes,
            seed=seed,
            held_out=held_out,
            vary=vary.split(",") if vary else (),
            out=out,
            force=force,
            on=on,
            workers=workers,
            options=DataOptions(label, header, transposed),
            progress=progress,
            **{name: value for name, value in fields.items() if value is not None},
        )
    for line in tuning.summary().splitlines():
        progress.say(line)
    progress.say(f"report: {tuning.folder / 'report' / 'report.html'}")
    print_answer(tuning.to_json() if as_json else str(tuning.recipe_file), as_json)
