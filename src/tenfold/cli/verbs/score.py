"""tenfold score: more rows than fit into memory, in shards, resumable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tenfold.cli.options import (
    data_options,
    engine_option,
    force_option,
    model_option,
    output_options,
)
from tenfold.cli.output import print_answer
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine
    from tenfold.digits import DataOptions


@click.command()
@click.argument("data", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="The folder to write; one file where it ends in .csv or .parquet.",
)
@model_option(None, "mnist; with --pictures, pictures")
@click.option(
    "--format",
    type=click.Choice(["csv", "parquet"]),
    help="Of the parts.  [default: by the ending of OUT, or csv]",
)
@click.option(
    "--pictures",
    is_flag=True,
    help="Read whole pictures and documents, as `tenfold read` does: a row is a number found.",
)
@click.option("--probabilities", is_flag=True, help="Write all ten probabilities of each row.")
@click.option("--id", metavar="COLUMN", help="The column that names a row.  [default: its number]")
@click.option(
    "--keep", metavar="COLUMN,...", default="", help="Columns of the data to write beside."
)
@click.option(
    "--bad-rows-max",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="How many rows that cannot be read are left out, and listed in OUT/rejects, before the "
    "job ends.",
)
@click.option(
    "--workers", type=click.IntRange(1), metavar="N", help="Processes.  [default: one a core]"
)
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(1),
    metavar="MB",
    help="Of all processes together: fewer workers where more have no room.  [default: 1000]",
)
@click.option(
    "--on",
    metavar="WHERE",
    default="local",
    show_default=True,
    help="local; ray, which is started for the job; or ray://HOST:PORT of a cluster.",
)
@click.option(
    "--shard-rows",
    type=click.IntRange(1),
    metavar="N",
    help="Rows of a part, about.  [default: by the size of the data]",
)
@click.option("--verify", is_flag=True, help="Hash again what earlier calls have read and written.")
@force_option("OUT")
@engine_option
@data_options
@output_options
def score(
    data: tuple[str, ...],
    output: str,
    keep: str,
    engine: Engine,
    options: DataOptions,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Classify any number of tiles, and write a part for each shard of them.

    DATA are tables of any size, folders of them, patterns such as 'data/*.csv', or - for standard
    input; with --pictures, folders, tars and zips of pictures and PDFs. Memory is bounded. Stopped
    at any moment, the same command continues; each row is answered exactly once.
    """
    from tenfold.scale import score as score_data

    scored = score_data(
        data,
        output,
        engine=engine,
        keep=tuple(filter(None, keep.split(","))),
        options=options,
        progress=Progress(quiet=quiet),
        **settings,
    )
    if as_json:
        print_answer(scored.to_json(), as_json)
