"""tenfold export: a model as a page without a server, as ONNX, or for Hugging Face's Hub."""

from __future__ import annotations

from typing import Literal

import click

from tenfold.cli.options import force_option, output_options
from tenfold.cli.output import print_answer, print_names


@click.command()
@click.argument("model")
@click.option("--to", required=True, metavar="DIR", help="The folder to write.")
@click.option(
    "--format",
    type=click.Choice(["html", "onnx", "huggingface"]),
    default="html",
    show_default=True,
    help="One HTML page that reads digits without a server, a copy of the model folder, or a "
    "folder that `hf upload` takes.",
)
@force_option("DIR")
@output_options
def export(
    model: str,
    to: str,
    format: Literal["html", "onnx", "huggingface"],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write a model as an HTML page that works without a server, as ONNX, or for Hugging Face.

    MODEL is a model folder, a run, or a shipped model: mnist or pictures.
    """
    from tenfold.exporting import export as export_model

    exported = export_model(model, to, format=format, force=force)
    if as_json:
        print_answer(exported.to_json(), as_json)
    else:
        print_names(str(exported.folder / file) for file in exported.files)
