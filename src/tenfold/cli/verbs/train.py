"""tenfold train: the main job without a submission."""

from __future__ import annotations

from typing import Any

import click

from tenfold.cli.options import LazyCommand, training_options
from tenfold.cli.verbs.run import main_job


@click.command(cls=LazyCommand, parameters=training_options)
def train(**options: Any) -> None:
    """Check, train, evaluate and report; no submission."""
    main_job(submit=False, **options)
