"""tenfold read: digits and numbers in pictures."""

from __future__ import annotations

from typing import Any

import click

from tenfold import console
from tenfold.cli.options import engine_option, force_option, model_option, output_options


@click.command()
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...")
@model_option("pictures")
@click.option(
    "--reject",
    type=click.FloatRange(0, 1),
    help="Answer ? for a digit with a probability below this.  [default: the model's threshold]",
)
@click.option(
    "--expect",
    multiple=True,
    metavar="PATTERN",
    help="What numbers must be: a pattern such as '[0-9]{5}', a range such as 1..31, or luhn, "
    "isbn, iban, mod11, mod97, date; repeatable.",
)
@click.option(
    "--marks",
    is_flag=True,
    help="Write the marks that stand in a number: 12.50, 27/6/23, -4.",
)
@click.option(
    "--turn",
    type=click.Choice(["auto", "0", "90", "180", "270"]),
    default="auto",
    show_default=True,
    help="Degrees clockwise that make a picture upright.",
)
@click.option(
    "--framed",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Whether pictures of 28 x 28 pixels are framed like MNIST's already.",
)
@click.option(
    "--explain", metavar="DIR", help="Write a sheet to DIR that shows each step, for each picture."
)
@click.option("--csv", metavar="FILE", help="Write a table, a line for each number, as CSV.")
@click.option("--xlsx", metavar="FILE", help="Write the same table as an Excel workbook.")
@click.option(
    "--doubtful",
    metavar="FILE.html",
    help="Write a web page of what is not sure, each number with its picture.",
)
@click.option("--tiles", is_flag=True, help="Print the tiles that the model was given.")
@force_option("DIR or FILE")
@click.option(
    "--picture-seconds",
    type=click.FloatRange(0, min_open=True),
    default=5.0,
    show_default=True,
    help="Give up on a picture or page that needs more processor time to decode and search.",
)
@engine_option
@output_options
@click.pass_context
def read(context: click.Context, /, *, as_json: bool, **options: Any) -> None:
    """Read digits and numbers in photos, scans, drawings and documents.

    PICTURE is a picture, a PDF or a TIFF of several pages, a folder, a pattern, or - for standard
    input. Each page has a line of four fields, separated by tabs: file, numbers, probabilities,
    and what is not sure. A space separates numbers, / separates rows, and ? stands for a digit
    that is unsure. Exit code 2 if a picture or a page could not be read; the others still are.
    """
    from tenfold.reading.read import read_all

    failed = read_all(as_json=as_json, answer=console.answer, **options)
    if failed:
        context.exit(2)
