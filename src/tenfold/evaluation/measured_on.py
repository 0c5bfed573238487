"""The rows that the figures of an evaluation come from.

Decided where the rows are chosen, stored with the evaluation, and put in words only here: for the
console, the report, the model card and JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Kind = Literal[
    "kept_out",
    "chosen_by",
    "out_of_fold",
    "before_fine_tuning",
    "unseen",
    "other_files",
    "same_files",
    "given",
]

STEERED = (
    "This recipe steers its learning rate by its validation accuracy, which is measured on these "
    "rows, so this figure is slightly optimistic."
)
FINAL_MODEL = {
    "refit": "The final model is from one more training, on all rows; it was not measured.",
    "ensemble": "The final model averages the {} models; the average was not measured.",
}
NO_ROWS = "its folder has no rows.bin, so rows that it has seen cannot be told apart"
BEGAN_WITHOUT = "it began as a model without rows.bin, of which rows cannot be told apart"


@dataclass(frozen=True)
class MeasuredOn:
    """`rows` rows of the `of` rows of the data, by `kind`:

    kept_out         of its own data, those that the run did not train on
    chosen_by        those that temperature or threshold were set on; not trained on
    out_of_fold      each by one of `models` models that was not trained on it, of `folds` folds;
                     `final` is the run's own model: refit, ensemble or none
    before_fine_tuning
                     the rows that a model was to be fine-tuned on, as it was before
    unseen           neither trained on nor chosen by
    other_files      rows cannot be told apart; the data files are not those of the training
    same_files       rows cannot be told apart; the data files are those of the training
    given            given with a model or with predictions made elsewhere

    `start` is the name of the model that was fine-tuned. Left out of the figure are the rows that
    the model was `trained_on`, was `chosen_by`, or of which it is `not_known`, since it knows only
    one row in `sampling`. `remembered` rows of the figure are such that the model which it began
    as was trained on. `complete` is False where the model has seen rows that nobody recorded.
    `steered`: whether the learning rate followed the accuracy on these rows.
    """

    kind: Kind
    rows: int
    of: int
    folds: int = 0
    models: int = 0
    final: str = "none"
    start: str = ""
    trained_on: int = 0
    chosen_by: int = 0
    not_known: int = 0
    remembered: int = 0
    sampling: int = 1
    complete: bool = True
    steered: bool = False

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"is measured on rows of no known kind: {self.kind}")

    def __str__(self) -> str:
        """In words that follow `measured on`."""
        return self._words() + self._left_out() + self._doubt()

    @property
    def is_remembered(self) -> bool:
        """Whether the model was trained on rows of the figure."""
        return self.kind == "same_files" or self.remembered > 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that belong to the figure."""
        final = FINAL_MODEL.get(self.final, "").format(self.models)
        return tuple(note for note in (STEERED if self.steered else "", final) if note)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> MeasuredOn:
        """Raises KeyError, TypeError, ValueError on what `to_json` did not make."""
        measured = cls(**saved)
        for name, value in asdict(measured).items():
            if type(value) is not type(_EXAMPLE[name]) or (type(value) is int and value < 0):
                raise TypeError(f"is measured on rows with {name} {value!r}")
        return measured

    def _words(self) -> str:
        rows, part = f"{self.rows:,} rows", f"{self.rows:,} of {self.of:,} rows"
        if self.kind == "kept_out":
            return f"the {part} that this run kept out"
        if self.kind == "chosen_by":
            return f"the {part} that the model was chosen by; it was not trained on them"
        if self.kind == "out_of_fold":
            among = "a model" if self.models == 1 else f"the one of {self.models} models"
            which = f"fine-tuned from {self.start} without it" if self.start else _NOT_TRAINED
            return f"{part}, each read by {among} that was {which} ({self.folds} folds)"
        if self.kind == "before_fine_tuning":
            return f"{rows} that {self.start} was to be fine-tuned on, as it was before"
        if self.kind == "unseen":
            of = part if self.rows < self.of else rows
            return f"{of} that the model was neither trained on nor chosen by"
        if self.kind == "given":
            return f"{rows} that were given; what was trained on is not recorded"
        if self.kind == "other_files":
            return f"{rows} of files that the model was not trained on"
        return f"{rows} of which the model was trained on some or all"

    def _left_out(self) -> str:
        counts = (
            (self.trained_on, f"that {self.start or 'it'} was trained on"),
            (self.chosen_by, f"that {self.start or 'it'} was chosen by"),
            (self.not_known, f"that it may have seen, as it knows one row in {self.sampling}"),
        )
        reasons = [f"{count:,} {which}" for count, which in counts if count]
        return f"; left out: {', '.join(reasons)}" if reasons else ""

    def _doubt(self) -> str:
        if self.kind == "same_files":
            why = NO_ROWS if self.complete else BEGAN_WITHOUT
            return (
                ": the figure says how well it remembers them, not how well it reads others "
                f"({why})"
            )
        if self.kind == "other_files":
            return f" ({NO_ROWS})"
        if self.remembered:
            return f" ({self.start} was trained on {self.remembered:,} of them)"
        if not self.complete:
            return f" (as far as is known: {BEGAN_WITHOUT})"
        if self.sampling > 1 and not self.not_known:
            return f" (as far as is known: it knows one row in {self.sampling})"
        return ""


_NOT_TRAINED = "not trained on it"
_EXAMPLE = asdict(MeasuredOn("unseen", 0, 0))
