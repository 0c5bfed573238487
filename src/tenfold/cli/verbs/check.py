"""tenfold check: what is wrong with data files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tenfold.cli.options import data_options, force_option, output_options
from tenfold.cli.output import print_answer
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.digits import DataOptions


@click.command()
@click.argument("data", nargs=-1, required=True)
@click.option(
    "--model",
    metavar="MODEL",
    help="Also look for rows that this model was trained on or chosen by.",
)
@click.option(
    "--out", metavar="DIR", help="Write sheets of sample digits and of suspicious digits to DIR."
)
@force_option("DIR")
@data_options
@output_options
@click.pass_context
def check(
    context: click.Context,
    data: Sequence[str],
    model: str | None,
    out: str | None,
    force: bool,
    options: DataOptions,
    as_json: bool,
    quiet: bool,
) -> None:
    """Look for everything that can be wrong with data files. Never trains.

    Exit code 0 with warnings, 2 with errors.
    """
    from tenfold.checks import SHEETS, write_sheets
    from tenfold.checks import check as check_data
    from tenfold.files import refuse_existing

    if out is not None:
        refuse_existing(out, force=force, ours=SHEETS)
    progress = Progress(quiet=quiet)
    report = check_data(data, model=model, options=options, progress=progress)
    if out is not None:
        for sheet in write_sheets(report, out, force=force):
            progress.say(f"sheet: {sheet}")
    print_answer(report.to_json() if as_json else report.to_text(), as_json)
    if report.errors:
        context.exit(2)
