"""tenfold submit: a checked submission to Kaggle."""

from __future__ import annotations

import click

from tenfold.cli.options import output_options
from tenfold.cli.output import print_answer
from tenfold.progress import Progress


@click.command()
@click.argument("file")
@click.option("-m", "--message", required=True, help="What Kaggle shows beside the submission.")
@click.option(
    "--model",
    metavar="MODEL",
    help="The model that made it: a folder, a run, or a shipped one.  [default: the run that FILE "
    "lies in]",
)
@click.option(
    "--data", metavar="DATA", help="The test images.  [default: those of the run, if still there]"
)
@click.option(
    "--unchecked", is_flag=True, help="Submit what another program made; no model is checked."
)
@click.option("--competition", default="digit-recognizer", show_default=True, help="Its name.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=0,
    metavar="SECONDS",
    help="Wait so long for the score.  [default: do not wait]",
)
@output_options
def submit(
    file: str,
    message: str,
    model: str | None,
    data: str | None,
    unchecked: bool,
    competition: str,
    wait: float,
    as_json: bool,
    quiet: bool,
) -> None:
    """Submit predictions to Kaggle, after checking the file, its lineage and the day's limit.

    A model that was trained on the test images is refused. The token is looked for where Kaggle's
    own command looks: KAGGLE_API_TOKEN, ~/.kaggle/access_token, kaggle.json.
    """
    from tenfold.interop.kaggle.upload import submit as submit_file

    submitted = submit_file(
        file,
        message,
        competition=competition,
        model=model,
        data=data,
        unchecked=unchecked,
        wait=wait,
        progress=Progress(quiet=quiet),
    )
    print_answer(submitted.to_json() if as_json else str(submitted), as_json)
