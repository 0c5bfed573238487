"""tenfold predict: tiles to a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tenfold import console
from tenfold.cli.options import (
    data_options,
    engine_option,
    force_option,
    model_option,
    output_options,
)
from tenfold.cli.output import print_answer, print_json_lines
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.digits import DataOptions


@click.command()
@click.argument("data")
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    metavar="FILE",
    help="The submission to write; - is standard output.",
)
@model_option("mnist")
@click.option(
    "--probabilities",
    metavar="FILE",
    help="Write all ten probabilities of each row, and which rows are below the model's threshold "
    "for being sure; - is standard output, in place of the submission.",
)
@force_option("the file")
@engine_option
@data_options
@output_options
def predict(
    data: str,
    output: str,
    model: str,
    probabilities: str | None,
    engine: Engine,
    force: bool,
    options: DataOptions,
    as_json: bool,
    quiet: bool,
) -> None:
    """Predict the digits of framed tiles and write a submission.

    DATA is test.csv, another table, arrays, an IDX file or another source of tiles; - is a table of
    text on standard input.
    """
    from tenfold.predictions import predict as predict_rows

    progress = Progress(quiet=quiet)
    predictions = predict_rows(
        data,
        output,
        model=model,
        engine=engine,
        probabilities=probabilities,
        force=force,
        options=options,
        progress=progress,
    )
    if output == "-":
        if as_json:
            print_json_lines(predictions.answers())
        else:
            listed = probabilities == "-"
            text = predictions.probabilities_text() if listed else predictions.text()
            console.answer(text, end="")
    elif as_json:
        print_answer(predictions.to_json(), as_json)
