"""tenfold fetch: a checked download."""

from __future__ import annotations

import click

from tenfold.cli.options import force_option, output_options
from tenfold.cli.output import print_answer, print_names
from tenfold.progress import Progress


@click.command()
@click.argument("url")
@click.option("--to", required=True, metavar="DIR", help="The folder to unpack to.")
@click.option("--sha256", help="Refuse the download if its SHA-256 differs.")
@click.option(
    "--size", "size_bytes", type=int, help="Refuse the download if its size in bytes differs."
)
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    default=21_600,
    show_default=True,
    help="Seconds for the whole download; what has arrived is kept, and the next fetch continues.",
)
@force_option("DIR")
@output_options
def fetch(
    url: str,
    to: str,
    sha256: str | None,
    size_bytes: int | None,
    timeout: float,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Download a zip or tar file from a (signed) link, check it and unpack it safely.

    Less than 1,000 bytes a second over a minute is an error.
    """
    from tenfold.sources.download import fetch as fetch_files
    from tenfold.sources.http_answers import Patience

    files = fetch_files(
        url,
        to,
        sha256=sha256,
        size_bytes=size_bytes,
        force=force,
        progress=Progress(quiet=quiet),
        patience=Patience(fetch_seconds_max=timeout),
    )
    names = [str(file) for file in files]
    if as_json:
        print_answer({"files": names}, as_json)
    else:
        print_names(names)
