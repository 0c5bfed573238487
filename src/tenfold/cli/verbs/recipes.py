"""tenfold recipes: what there is to train by."""

from __future__ import annotations

import click

from tenfold.cli.options import output_options
from tenfold.cli.output import print_answer, print_json_lines


@click.command()
@output_options
def recipes(as_json: bool, quiet: bool) -> None:
    """List the recipes, with what they take and what they reach."""
    from tenfold.recipes.measured_presets import as_text, listed

    if as_json:
        print_json_lines(listed())
    else:
        print_answer(as_text(), as_json)
