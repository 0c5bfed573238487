"""tenfold fetch: a checked download, of a link or of a data set by its name."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.nearest import nearest
from tenfold.cli.options import force_option, output_options
from tenfold.cli.output import print_answer, print_names
from tenfold.errors import UsageError
from tenfold.progress import Progress


@click.command()
@click.argument("source", metavar="URL|NAME")
@click.option(
    "--to",
    metavar="DIR",
    help="The folder to unpack to.  [for a NAME, default: the cache alone, where DATA finds it]",
)
@click.option("--sha256", help="Refuse the download of a URL if its SHA-256 differs.")
@click.option(
    "--size", "size_bytes", type=int, help="Refuse the download of a URL if its size differs."
)
@click.option(
    "--offline", is_flag=True, help="Of a NAME: use what is in the cache, open no connection."
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
    source: str,
    to: str | None,
    sha256: str | None,
    size_bytes: int | None,
    offline: bool,
    timeout: float,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Download a zip or tar file from a (signed) link, or a data set by its name; check it and
    unpack it safely.

    NAME is mnist, qmnist, emnist-digits (562 MB to download), usps or kaggle (with a token). The
    name is then DATA of every verb: tenfold run mnist. Mirrors are tried in turn, each file's hash
    is checked.

    Less than 1,000 bytes a second over a minute is an error.
    """
    files = _fetch(source, to, sha256, size_bytes, offline, timeout, force, Progress(quiet=quiet))
    names = [str(file) for file in files]
    if as_json:
        print_answer({"files": names}, as_json)
    else:
        print_names(names)


def _fetch(
    source: str,
    to: str | None,
    sha256: str | None,
    size_bytes: int | None,
    offline: bool,
    timeout: float,
    force: bool,
    progress: Progress,
) -> list[Path]:
    """Fetch a data set by its name, or what a link leads to."""
    from tenfold.sources.fetching.catalogue import KAGGLE, NAMES
    from tenfold.sources.fetching.http_answers import RetryPolicy

    policy = RetryPolicy(fetch_seconds_max=timeout)
    if source in NAMES and (sha256, size_bytes) != (None, None):
        raise UsageError(
            f"{source}: its sizes and hashes are known", hint="leave out --sha256 and --size"
        )
    if source == KAGGLE:
        from tenfold.interop.kaggle.by_name import fetch_kaggle

        return fetch_kaggle(to, force=force, offline=offline, progress=progress)
    if source in NAMES:
        from tenfold.sources.fetching.data_sets import fetch_data_set

        return fetch_data_set(
            source, to, force=force, offline=offline, progress=progress, policy=policy
        )
    from tenfold.sources.fetching.download import fetch as fetch_files

    if "://" not in source:
        near = nearest(source.lower(), NAMES)
        raise UsageError(
            f"{source}: is neither a link nor the name of a data set",
            hint=f"{f'did you mean {near}? ' if near else ''}names are {', '.join(NAMES)}",
        )
    if to is None or offline:
        raise UsageError(
            f"{source}: a link needs --to and a connection", hint="add --to DIR, without --offline"
        )
    return fetch_files(
        source,
        to,
        sha256=sha256,
        size_bytes=size_bytes,
        force=force,
        progress=progress,
        policy=policy,
    )
