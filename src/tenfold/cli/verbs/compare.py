"""tenfold compare: two runs on the same rows."""

from __future__ import annotations

import click

from tenfold.cli.options import COUNT_HELP, force_option, output_options
from tenfold.cli.output import print_answer
from tenfold.progress import Progress


@click.command()
@click.argument("a", metavar="RUN")
@click.argument("b", metavar="RUN")
@click.option(
    "--out", metavar="DIR", help="Write the rows where they differ, with pictures, to DIR."
)
@click.option("--count", type=click.IntRange(1), default=10, show_default=True, help=COUNT_HELP)
@force_option("DIR")
@output_options
def compare(
    a: str, b: str, out: str | None, count: int, force: bool, as_json: bool, quiet: bool
) -> None:
    """Compare two runs on the rows that both were evaluated on.

    Each RUN is a run folder, or a folder that evaluate --out wrote. One of them may
    be a file with anybody's predictions for the rows of the other: a CSV of labels or of ten
    probabilities, or an ONNX file. The test compares two trained
    models, not two recipes: the same recipe with another seed gives another model.
    """
    from tenfold.evaluation.compare import compare as compare_runs

    progress = Progress(quiet=quiet)
    comparison = compare_runs(a, b, out=out, force=force, count=count, progress=progress)
    print_answer(comparison.to_json() if as_json else comparison.to_text(count), as_json)
