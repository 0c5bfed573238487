"""tenfold audit: labels that are probably wrong."""

from __future__ import annotations

import click

from tenfold.cli.options import COUNT_HELP, force_option, output_options
from tenfold.cli.output import print_answer, print_json_lines
from tenfold.progress import Progress


@click.command()
@click.argument("run")
@click.option("--out", metavar="DIR", help="Write audit.csv and a sheet of pictures to DIR.")
@click.option("--count", type=click.IntRange(1), default=30, show_default=True, help=COUNT_HELP)
@force_option("DIR")
@output_options
def audit(run: str, out: str | None, count: int, force: bool, as_json: bool, quiet: bool) -> None:
    """List the labels that are probably wrong. Never changes data.

    RUN is a run folder, or a folder that evaluate --out wrote. Only rows that the model was not
    trained on can be audited: a tenth of the rows of a run, all rows of a run with --folds 10.
    """
    from tenfold.evaluation.audit import audit as audit_labels

    progress = Progress(quiet=quiet)
    found = audit_labels(run, out=out, force=force, count=count, progress=progress)
    if as_json:
        print_json_lines(found.answers())
    else:
        print_answer(found.to_text(count), as_json)
