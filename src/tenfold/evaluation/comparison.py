"""The result of comparing two evaluations: counts, a verdict, and the rows that differ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tenfold import notebook_html as html
from tenfold.console import printable_line
from tenfold.digits import Images
from tenfold.evaluation.cards import Card, Section, write_cards
from tenfold.evaluation.evaluation_files import csv_text
from tenfold.evaluation.stored_evaluation import StoredEvaluation
from tenfold.evaluation.wording import per_cent, without_common_folder
from tenfold.files import write_json, write_whole
from tenfold.metrics import PairedComparison, Proportion

COUNT = 10  # differing rows shown of each kind; differing.csv has all
ENTRIES = ("comparison.json", "differing.csv", "differing.png")

Side = Literal["A", "B"]


@dataclass(frozen=True, eq=False)
class DifferingRow:
    """A row that one model read right and the other wrong.

    image uint8 [28, 28]; digits and their probabilities as (A's, B's).
    """

    row: int
    place: str
    label: int
    right: Side
    digits: tuple[int, int]
    probabilities: tuple[float, float]
    importance: float  # the wrong model's probability of its digit, minus that of the label
    image: Images

    def to_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "place": self.place,
            "label": self.label,
            "right": self.right,
            "prediction_a": self.digits[0],
            "probability_a": round(self.probabilities[0], 6),
            "prediction_b": self.digits[1],
            "probability_b": round(self.probabilities[1], 6),
        }


@dataclass(frozen=True, eq=False)
class Comparison:
    """A and B, in the order given, on the rows that both were measured on.

    `differing`: the rows that only one of them read right, the surest mistake first.
    """

    a: StoredEvaluation
    b: StoredEvaluation
    counts: PairedComparison
    differing: tuple[DifferingRow, ...]

    def __repr__(self) -> str:
        return f"Comparison({self.a.path!r}, {self.b.path!r}: {self.verdict})"

    @property
    def verdict(self) -> str:
        """The better model, or that these rows show no difference, in words."""
        counts = self.counts
        if counts.better is None:
            return f"No difference can be told from these {counts.n:,} rows."
        right = max(counts.only_a, counts.only_b)
        return (
            f"{counts.better} is better: of the {len(self.differing):,} rows that one alone read "
            f"right, it has {right:,}."
        )

    def to_json(self) -> dict[str, Any]:
        counts = self.counts
        low, high = counts.interval
        return {
            "a": _side_json(self.a, counts.accuracies[0]),
            "b": _side_json(self.b, counts.accuracies[1]),
            "n": counts.n,
            "difference": counts.difference,
            "difference_95_low": low,
            "difference_95_high": high,
            "mcnemar_p": counts.p_value,
            "better": counts.better,
            "verdict": self.verdict,
            "both_right": counts.both,
            "only_a_right": counts.only_a,
            "only_b_right": counts.only_b,
            "both_wrong": counts.neither,
            "differing": [row.to_json() for row in self.differing],
        }

    def to_text(self, count: int = COUNT) -> str:
        """The comparison as text for people, with `count` differing rows of each kind."""
        counts = self.counts
        low, high = (100 * bound for bound in counts.interval)
        lines = [
            *self._sides(),
            "",
            f"A minus B: {100 * counts.difference:+.2f} points (95 % {low:+.2f} to {high:+.2f}), "
            f"exact McNemar p = {counts.p_value:.2g}",
            self.verdict,
        ]
        if counts.better is None and not low <= 0 <= high:
            lines.append("(The interval is an approximation; the exact test decides.)")
        lines += [
            "",
            f"{'':10}{'B right':>9}{'B wrong':>9}",
            f"{'  A right':10}{counts.both:>9,}{counts.only_a:>9,}",
            f"{'  A wrong':10}{counts.only_b:>9,}{counts.neither:>9,}",
        ]
        for right in ("A", "B"):
            lines += self._rows_of(right, count)
        return "\n".join(map(printable_line, lines))

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: both sides, the verdict, the surest differences."""
        counts = self.counts
        low, high = (100 * bound for bound in counts.interval)
        return html.cell(
            html.title(self.verdict),
            html.lines(self._sides()),
            html.faint(
                f"A minus B: {100 * counts.difference:+.2f} points (95 % {low:+.2f} to "
                f"{high:+.2f}), exact McNemar p = {counts.p_value:.2g}"
            ),
            html.table(
                ["", "B right", "B wrong"],
                [
                    ["A right", f"{counts.both:,}", f"{counts.only_a:,}"],
                    ["A wrong", f"{counts.only_b:,}", f"{counts.neither:,}"],
                ],
            ),
            html.tiles(
                (row.image, f"{row.label}: A {row.digits[0]}, B {row.digits[1]}")
                for row in self.differing[: html.TILES_MAX]
            ),
        )

    def write(self, folder: Path, count: int) -> None:
        """Write the ENTRIES, with `count` pictures of each kind."""
        write_json(folder / "comparison.json", self.to_json())
        rows = [row.to_json() for row in self.differing]
        header = ["row", "place", "label", "right", "prediction_a", "probability_a"]
        header += ["prediction_b", "probability_b"]
        write_whole(folder / "differing.csv", csv_text(header, [[*row.values()] for row in rows]))
        sections = [
            Section(self.verdict, f"A is {self.a.path}, B is {self.b.path}.", ()),
            *(self._section(right, count) for right in ("A", "B")),
        ]
        write_cards(folder / "differing.png", sections)

    def _sides(self) -> list[str]:
        width = max(len(self.a.path), len(self.b.path))
        sides = zip("AB", (self.a, self.b), self.counts.accuracies, strict=True)
        lines = [f"{side}  {stored.path:{width}}  {accuracy}" for side, stored, accuracy in sides]
        measured = [stored.evaluation.measured_on for stored in (self.a, self.b)]
        if str(measured[0]) != str(measured[1]) or any(m and m.is_remembered for m in measured):
            lines += [
                f"{side} measured on {rows or 'unknown rows'}"
                for side, rows in zip("AB", measured, strict=True)
            ]
        sizes = [len(stored.evaluation) for stored in (self.a, self.b)]
        if max(sizes) > self.counts.n:
            remark = (
                "; the same --seed keeps the same rows out" if min(sizes) > self.counts.n else ""
            )
            lines.append(
                f"compared on the {self.counts.n:,} rows that both were measured on{remark}"
            )
        return lines

    def _of(self, right: Side) -> list[DifferingRow]:
        return [row for row in self.differing if row.right == right]

    def _rows_of(self, right: Side, count: int) -> list[str]:
        rows = self._of(right)[:count]
        if not rows:
            return []
        where, places = without_common_folder([row.place for row in rows])
        width = max(map(len, places))
        lines = ["", f"{self._title(right, count)}{f', in {where}' if where else ''}:"]
        for row, place in zip(rows, places, strict=True):
            read = [
                f"{side} reads {digit} ({per_cent(probability)})"
                for side, digit, probability in zip(
                    "AB", row.digits, row.probabilities, strict=True
                )
            ]
            lines.append(f"  {place:{width}}  label {row.label}  {read[0]:17}  {read[1]}")
        return lines

    def _title(self, right: Side, count: int) -> str:
        total, other = len(self._of(right)), "B" if right == "A" else "A"
        shown = f", the {count} worst of {other}'s mistakes" if total > count else ""
        return f"{right} alone is right on {total:,} {'row' if total == 1 else 'rows'}{shown}"

    def _section(self, right: Side, count: int) -> Section:
        cards = [
            Card(
                row.image,
                row.place,
                (
                    f"labelled {row.label}",
                    f"A reads {row.digits[0]} ({per_cent(row.probabilities[0])})",
                    f"B reads {row.digits[1]} ({per_cent(row.probabilities[1])})",
                ),
            )
            for row in self._of(right)[:count]
        ]
        return Section(self._title(right, count), "", cards)


def _side_json(stored: StoredEvaluation, accuracy: Proportion) -> dict[str, Any]:
    low, high = accuracy.interval
    measured_on = stored.evaluation.measured_on
    return {
        "path": stored.path,
        "measured_on": str(measured_on) if measured_on else "",
        "measured_rows": measured_on.to_json() if measured_on else None,
        "rows_measured": len(stored.evaluation),
        "accuracy": accuracy.value,
        "accuracy_95_low": low,
        "accuracy_95_high": high,
    }
