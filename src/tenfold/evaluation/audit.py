"""The audit of labels: rows whose label is probably wrong, as text, CSV and pictures."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenfold import notebook_html as html
from tenfold.console import printable_line
from tenfold.digits import Images
from tenfold.evaluation.cards import Card, Section, write_cards
from tenfold.evaluation.evaluation_files import csv_text
from tenfold.evaluation.label_errors import find_label_errors
from tenfold.evaluation.stored_evaluation import StoredEvaluation, read_stored
from tenfold.evaluation.wording import per_cent, without_common_folder
from tenfold.files import refuse_existing, staged_folder, write_whole
from tenfold.progress import SILENT, Progress

COUNT = 30  # suspects shown; audit.csv has all
ENTRIES = ("audit.csv", "audit.png")
CAUTION = (
    "A list to look at, not to delete by: among these are rows that the model misreads. "
    "Nothing was changed."
)


@dataclass(frozen=True, eq=False)
class Suspect:
    """A row whose label is probably wrong, and the digit that it looks like instead.

    `rank` counts from 1, the likeliest error; image uint8 [28, 28].
    """

    rank: int
    row: int
    place: str
    label: int
    suggested: int
    probability_of_label: float
    probability_of_suggested: float
    image: Images = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "rank": self.rank,
            "row": self.row,
            "place": self.place,
            "label": self.label,
            "suggested": self.suggested,
            "probability_of_label": round(self.probability_of_label, 6),
            "probability_of_suggested": round(self.probability_of_suggested, 6),
        }


@dataclass(frozen=True, eq=False)
class Audit:
    """All suspects of an evaluation, the likeliest errors first."""

    stored: StoredEvaluation
    suspects: tuple[Suspect, ...]

    def __repr__(self) -> str:
        return f"Audit({self.finding})"

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: the likeliest errors."""
        shown = self.suspects[: html.TILES_MAX]
        return html.cell(
            html.title(self.finding),
            html.faint(self.scope),
            html.tiles((s.image, f"{s.label}, looks like {s.suggested}") for s in shown),
            html.faint(CAUTION) if shown else "",
        )

    @property
    def scope(self) -> str:
        """The rows that were audited, in words."""
        stored = self.stored
        partial = stored.rows is not None and stored.rows > len(stored.evaluation)
        return f"audited: {stored.evaluation.measured_on or stored.coverage}" + (
            "; of a run with --folds 10 all rows are" if partial else ""
        )

    @property
    def finding(self) -> str:
        """The number of suspects and of other misreadings, in one line."""
        found, misread = len(self.suspects), int((~self.stored.evaluation.correct).sum())
        if not found:
            return f"no label looks wrong; {misread:,} rows are read otherwise, none of them surely"
        rest = misread - found
        looks = "label looks" if found == 1 else "labels look"
        return f"{found:,} {looks} wrong" + (
            f"; {rest:,} more are read otherwise, but not surely enough to doubt the label"
            if rest
            else ""
        )

    def answers(self) -> list[dict[str, Any]]:
        """The suspects as JSON objects, for JSON Lines."""
        return [suspect.to_json() for suspect in self.suspects]

    def to_text(self, count: int = COUNT) -> str:
        """The audit as text for people, with the first `count` suspects."""
        evaluation = self.stored.evaluation
        lines = [
            self.scope,
            f"labels that the model agrees with: {evaluation.accuracy}",
            self.finding,
        ]
        if not self.suspects:
            return "\n".join(map(printable_line, lines))
        shown = self.suspects[:count]
        where, places = without_common_folder([suspect.place for suspect in shown])
        width = max(map(len, places))
        lines += ["", f"likeliest first{f', in {where}' if where else ''}:"]
        for suspect, place in zip(shown, places, strict=True):
            lines.append(
                f"{suspect.rank:>5}  {place:{width}}  labelled {suspect.label} "
                f"({per_cent(suspect.probability_of_label)}), looks like {suspect.suggested} "
                f"({per_cent(suspect.probability_of_suggested)})"
            )
        if len(self.suspects) > count:
            lines.append(f"       and {len(self.suspects) - count:,} more: --count, or --out DIR")
        return "\n".join([*map(printable_line, lines), "", CAUTION])

    def write(self, folder: Path, count: int) -> None:
        """Write audit.csv with all suspects and audit.png with the first `count`."""
        header = ["rank", "row", "place", "label", "suggested"]
        header += ["probability_of_label", "probability_of_suggested"]
        rows = [[*answer.values()] for answer in self.answers()]
        write_whole(folder / "audit.csv", csv_text(header, rows))
        shown = self.suspects[:count]
        heading = self.finding.partition(";")[0]
        if len(shown) < len(self.suspects):
            heading += f"; the {len(shown):,} likeliest errors"
        remark = f"{self.stored.path}, {self.scope}. {CAUTION}"
        cards = [
            Card(
                suspect.image,
                suspect.place,
                (
                    f"labelled {suspect.label} ({per_cent(suspect.probability_of_label)})",
                    f"looks like {suspect.suggested} "
                    f"({per_cent(suspect.probability_of_suggested)})",
                ),
                suspect.rank,
            )
            for suspect in shown
        ]
        write_cards(folder / "audit.png", [Section(heading, remark, cards)])


def audit(
    path: str | os.PathLike[str],
    *,
    out: str | None = None,
    force: bool = False,
    count: int = COUNT,
    progress: Progress = SILENT,
) -> Audit:
    """Audit the labels of a run's kept-out rows, or of a folder from `tenfold evaluate --out`.

    Changes no data. With `out`, a CSV of all suspects and a sheet of the first `count` are written
    there. Raises DataError, OutputError.
    """
    if out is not None:
        refuse_existing(out, force=force, ours=ENTRIES)
    found = audit_stored(read_stored(path))
    if out is not None:
        with staged_folder(Path(out), force=force, ours=ENTRIES) as folder:
            found.write(folder, count)
        progress.say(f"suspects: {Path(out) / 'audit.png'}, audit.csv")
    return found


def audit_stored(stored: StoredEvaluation) -> Audit:
    """The audit of an evaluation in memory."""
    evaluation = stored.evaluation
    rows, suggested = find_label_errors(evaluation.labels, evaluation.probabilities)
    return Audit(
        stored,
        tuple(
            Suspect(
                rank,
                int(evaluation.rows[i]),
                evaluation.places[i],
                int(evaluation.labels[i]),
                digit,
                float(evaluation.probabilities[i, evaluation.labels[i]]),
                float(evaluation.probabilities[i, digit]),
                evaluation.images[i],
            )
            for rank, (i, digit) in enumerate(
                zip(rows.tolist(), suggested.tolist(), strict=True), start=1
            )
        ),
    )
