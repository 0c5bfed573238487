"""tenfold evaluate: a model measured on labelled rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tenfold.cli.options import data_options, engine_option, force_option, output_options
from tenfold.cli.output import print_answer
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine


@click.command()
@click.argument("model")
@click.option("--data", required=True, help="Labelled rows.")
@click.option("--out", metavar="DIR", help="Write the figures (and the report) to DIR.")
@force_option("DIR")
@engine_option
@data_options
@output_options
def evaluate(
    model: str,
    data: str,
    out: str | None,
    engine: Engine,
    force: bool,
    label: str | None,
    header: bool | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure a model on labelled rows, without those that it was trained on or chosen by.

    MODEL is a model folder, a run, or mnist (a shipped model).
    """
    from tenfold.digits import TableOptions
    from tenfold.evaluation.measure import measure

    progress = Progress(quiet=quiet)
    evaluation = measure(
        model,
        data,
        engine=engine,
        out=out,
        force=force,
        options=TableOptions(label, header),
        progress=progress,
    )
    print_answer(evaluation.numbers() if as_json else evaluation.summary(), as_json)
