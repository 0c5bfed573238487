"""The warm start of a run: a trained model that is fine-tuned, and rows that it must not forget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenfold.classifier import find_model
from tenfold.digits import Digits
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import ModelError, UsageError
from tenfold.main_job.data import lasting_path, refuse_other_rows
from tenfold.model_folder import ModelFolder
from tenfold.recipes import Recipe, find_recipe, fine_tuning_recipe
from tenfold.run_folder.facts import WarmStartFacts
from tenfold.sources import open_digits
from tenfold.sources.opening import join_training


@dataclass(frozen=True, eq=False)
class WarmStart:
    """The model to fine-tune, the name, run or folder that it was found by, and rows to replay."""

    name: str
    model: ModelFolder
    replay: Digits | None

    @classmethod
    def open(cls, name: str, replay_paths: Sequence[str]) -> WarmStart:
        """Open the model and join the rows. Raises ModelError and DataError."""
        sources = [open_digits(path, ("train",)) for path in replay_paths]
        return cls(name, find_model(name), join_training(sources) if sources else None)

    @classmethod
    def reopen(cls, saved: WarmStartFacts, out: str) -> WarmStart:
        """Open the same model and rows again for the resumed run `out`.

        `saved` is what data.json has under "from". Raises ModelError and DataError if either is
        another one by now.
        """
        warm_start = cls.open(saved.model, saved.replay)
        if warm_start.model.facts.graph.sha256 != saved.sha256:
            raise ModelError(
                f"{saved.model}: not the model that {out} was started from",
                hint="put it back, or start another run",
            )
        if warm_start.replay is not None:
            refuse_other_rows(warm_start.replay, saved.replay_files, out)
        return warm_start

    def facts(self, replay_paths: Sequence[str]) -> WarmStartFacts:
        """What data.json keeps under "from", for `reopen`."""
        files = () if self.replay is None else self.replay.files
        return WarmStartFacts(
            model=lasting_path(self.name),
            sha256=self.model.facts.graph.sha256,
            replay=tuple(map(lasting_path, replay_paths)),
            replay_files=tuple(map(FileFacts.of, files)),
        )


def chosen_recipe(
    recipe: str | Recipe | None, start: str | None, fields: Mapping[str, Any]
) -> Recipe:
    """The recipe with its changed fields; where none is named, "fast", or the one that fine-tunes
    the model `start`."""
    if isinstance(recipe, Recipe):
        chosen = recipe
    elif start is None:
        chosen = find_recipe(recipe or "fast")
    elif recipe is None:
        chosen = fine_tuning_recipe(find_model(start).facts.recipe.to_json())
    else:
        raise UsageError(
            f"recipe is '{recipe}' and start is '{start}'",
            hint="leave out the recipe: a model is fine-tuned by its own",
        )
    return chosen.replace(fields) if fields else chosen
