"""The program: the group of all verbs, and `main`, which turns errors into exit codes."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence

import click

from tenfold import __version__, console
from tenfold.cli.examples import epilog
from tenfold.cli.exit_codes import report_error
from tenfold.cli.nearest import with_nearest
from tenfold.cli.verbs.audit import audit
from tenfold.cli.verbs.check import check
from tenfold.cli.verbs.compare import compare
from tenfold.cli.verbs.evaluate import evaluate
from tenfold.cli.verbs.export import export
from tenfold.cli.verbs.fetch import fetch
from tenfold.cli.verbs.machine import machine
from tenfold.cli.verbs.predict import predict
from tenfold.cli.verbs.read import read
from tenfold.cli.verbs.recipes import recipes
from tenfold.cli.verbs.run import run_command
from tenfold.cli.verbs.score import score
from tenfold.cli.verbs.serve import serve
from tenfold.cli.verbs.submit import submit
from tenfold.cli.verbs.train import train
from tenfold.cli.verbs.tune import tune

VERBS = (
    run_command,
    train,
    tune,
    recipes,
    check,
    evaluate,
    compare,
    audit,
    predict,
    score,
    read,
    serve,
    export,
    fetch,
    submit,
    machine,
)
for verb in VERBS:
    verb.epilog = epilog(str(verb.name))


@click.group(
    commands=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tenfold")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def tenfold() -> None:
    """From labelled images of handwritten digits to a recogniser that you can trust."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command of the program, and end Python with its exit code."""
    console.open_missing()
    atexit.register(gc.freeze)  # or Python looks for garbage among all its modules before it ends
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug, as_json = "--debug" in arguments, "--json" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    with console.watched_output() as output_error:
        try:
            # not `tenfold.main`, which has its own ideas of exit codes and of broken pipes
            with tenfold.make_context("tenfold", arguments) as context:
                tenfold.invoke(context)
            code = 0
        except click.exceptions.Exit as ended:
            code = ended.exit_code
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, click.ClickException):
                error = with_nearest(error)
            reported = output_error(error)  # click writes help and the version by itself
            if debug and reported is not None:
                raise
            code = 0 if reported is None else report_error(reported, as_json)
    sys.exit(code)
