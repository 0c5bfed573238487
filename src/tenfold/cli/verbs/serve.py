"""tenfold serve: the page to draw on, and the HTTP API."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tenfold.cli.options import Command, engine_option, model_option, output_options
from tenfold.cli.output import print_answer
from tenfold.errors import OutputError
from tenfold.progress import Progress

if TYPE_CHECKING:
    from tenfold.classifier import Engine


def _limit_options(command: Command) -> Command:
    """Add one option for each limit of the server."""
    from tenfold.serving.gate.limits import Limits

    for field in reversed(dataclasses.fields(Limits)):
        command = click.option(
            f"--{field.name.replace('_', '-')}",
            field.name,
            type=type(field.default),
            default=field.default,
            show_default=True,
            help=field.metadata["help"],
        )(command)
    return command


@click.command()
@model_option("pictures")
@engine_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of worker processes; one that ends is replaced.",
)
@click.option(
    "--keep", metavar="DIR", help="Store users' corrections in DIR, as pictures by class."
)
@click.option(
    "--token-file",
    metavar="FILE",
    help="Require the bearer token in FILE (or in TENFOLD_TOKEN).",
)
@click.option(
    "--allow-host", "hosts", multiple=True, help="Host name to accept requests for; repeatable."
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="https://NAME",
    help="Origin of the page behind a proxy that changes the host name; repeatable.",
)
@_limit_options
@output_options
def serve(
    *,
    model: str,
    engine: Engine,
    host: str,
    port: int,
    workers: int,
    keep: str | None,
    token_file: str | None,
    hosts: Sequence[str],
    origins: Sequence[str],
    as_json: bool,
    quiet: bool,
    **limits: Any,
) -> None:
    """Serve the page to draw on and the API, until Ctrl-C or SIGTERM; open requests are finished.

    Limits apply to each worker. The log on standard error has one JSON object a line; --quiet
    leaves out the requests.
    """
    from tenfold.serving.gate.bearer_token import read_token
    from tenfold.serving.gate.limits import Limits
    from tenfold.serving.processes.server import serve as serve_until_stopped
    from tenfold.serving.processes.worker import Settings

    token = read_token(token_file)
    settings = Settings(
        model,
        Limits(**limits),
        tuple(hosts) or None,
        tuple(origins),
        token,
        keep,
        engine=engine,
        quiet=quiet,
    )
    serve_until_stopped(
        settings,
        host=host,
        port=port,
        workers=workers,
        progress=Progress(quiet=quiet),
        ready=_print_address if as_json else lambda url: None,
    )


def _print_address(url: str) -> None:
    """Print where the server listens; it serves even where standard output cannot be written."""
    with contextlib.suppress(OutputError):
        print_answer({"url": url}, True)
