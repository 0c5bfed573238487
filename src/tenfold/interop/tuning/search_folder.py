"""The folder of a search: where each of its files lies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tenfold.console import shell_word
from tenfold.errors import DataError
from tenfold.files.new_folder import new_folder
from tenfold.interop.tuning.settings import TuningFacts
from tenfold.run_folder import RunFolder

ENTRIES = ("tuning.json", "study.log", "trials", "tuned.toml", "trials.csv", "model", "report")


@dataclass(frozen=True)
class SearchFolder:
    """The folder of a search; each property is the path of one of its files or folders."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "tuning.json"

    @property
    def study(self) -> Path:
        return self.path / "study.log"

    @property
    def recipe(self) -> Path:
        return self.path / "tuned.toml"

    @property
    def table(self) -> Path:
        return self.path / "trials.csv"

    @property
    def model(self) -> Path:
        return self.path / "model"

    @property
    def report(self) -> Path:
        return self.path / "report"

    def trial(self, number: int) -> RunFolder:
        """One trial, a run folder of its own."""
        return RunFolder(self.path / "trials" / str(number))

    @property
    def resume_command(self) -> str:
        return f"tenfold tune --resume {shell_word(str(self.path))}"

    @contextlib.contextmanager
    def created(self, facts: TuningFacts, *, force: bool) -> Iterator[None]:
        """Create the folder with its settings, and hold its lock during the block.

        With `force`, it replaces an old search. Raises OutputError.
        """

        def fill() -> None:
            facts.write(self.settings)

        with new_folder(self.path, fill, ours=ENTRIES, force=force):
            yield


def existing_search(path: str | os.PathLike[str]) -> SearchFolder:
    """The search at `path`. Raises DataError if there is none."""
    folder = SearchFolder(Path(path))
    if not os.path.isfile(folder.settings):
        raise DataError(
            f"{path}: not the folder of a search (it has no tuning.json)",
            hint="give the folder that `tenfold tune --out` named",
        )
    return folder
