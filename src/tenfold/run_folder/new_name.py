"""The name of a new run, `runs/<recipe>-<n>`, where the user gives none."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tenfold.files import os_errors_as_output_error

RUNS = Path("runs")


def claim_next(recipe: str, parent: Path = RUNS) -> Path:
    """Create the folder of the name that `next_free` gives; no other process gets the same one.

    Raises OutputError.
    """
    while True:
        path = next_free(recipe, parent)
        with os_errors_as_output_error(path), contextlib.suppress(FileExistsError):
            path.mkdir(parents=True)
            return path


def next_free(recipe: str, parent: Path = RUNS) -> Path:
    """runs/<recipe>-<n>, where n is one more than the highest that exists, or 1."""
    taken = [0]
    if parent.is_dir():
        with os_errors_as_output_error(parent):
            entries = os.listdir(parent)
        for entry in entries:
            name, _, number = entry.rpartition("-")
            if name == recipe and number.isdecimal():
                taken.append(int(number))
    return parent / f"{recipe}-{max(taken) + 1}"
