"""The result of a run: its files and figures, as JSON and as a notebook shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenfold import notebook_html as html
from tenfold.evaluation.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class RunResult:
    """The files and figures of a finished run.

    `test` is the evaluation of test rows that had labels; `fine_tuning` is what model.json says
    of it, None where no model was fine-tuned.
    """

    folder: Path
    model: Path | None
    evaluation: Evaluation | None
    test: Evaluation | None
    submission: Path | None
    seconds: float
    fine_tuning: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer of `tenfold run --json`."""
        return {
            "run": str(self.folder),
            "model": str(self.model) if self.model else None,
            "validation": self.evaluation.numbers() if self.evaluation else None,
            "test": self.test.numbers() if self.test else None,
            "submission": str(self.submission) if self.submission else None,
            "fine_tuning": self.fine_tuning,
            "seconds": round(self.seconds, 3),
        }

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: what was written, and the evaluation."""
        written = {"run": self.folder, "model": self.model, "submission": self.submission}
        evaluation = self.evaluation
        return html.cell(
            html.title(f"done in {self.seconds:.1f} s"),
            html.table([], [[name, place] for name, place in written.items() if place]),
            "" if evaluation is None else evaluation._repr_html_(),
        )
