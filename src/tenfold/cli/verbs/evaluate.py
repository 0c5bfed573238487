"""tenfold evaluate: a model measured on labelled rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tenfold.cli.options import data_options, engine_option, force_option, output_options
from tenfold.cli.output import print_answer
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.classifier.any_onnx import Pixels
    from tenfold.digits import DataOptions


@click.command()
@click.argument("model")
@click.option("--data", required=True, metavar="DATA", help="Labelled rows.")
@click.option(
    "--pixels",
    type=click.Choice(["auto", "0..1", "0..255"]),
    default="auto",
    show_default=True,
    help="What an ONNX file of your own was trained on.",
)
@click.option("--out", metavar="DIR", help="Write the figures (and the report) to DIR.")
@force_option("DIR")
@engine_option
@data_options
@output_options
def evaluate(
    model: str,
    data: str,
    pixels: Pixels,
    out: str | None,
    engine: Engine,
    force: bool,
    options: DataOptions,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure a model on labelled rows, without those that it was trained on or chosen by.

    MODEL is a model folder, a run, or a shipped model: mnist or pictures. It may also be a file
    with anybody's predictions for these rows: a CSV of labels or of ten probabilities, or an ONNX
    file that takes images of 28 x 28.
    """
    from tenfold.evaluation.measure import evaluate as measure

    progress = Progress(quiet=quiet)
    evaluation = measure(
        model,
        data,
        engine=engine,
        pixels=pixels,
        out=out,
        force=force,
        options=options,
        progress=progress,
    )
    print_answer(evaluation.numbers() if as_json else evaluation.summary(), as_json)
