"""The result of checking data files, as text, as JSON and as contact sheets."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tenfold import notebook_html as html
from tenfold.checks.contact_sheet import write_digits, write_oddities
from tenfold.checks.findings import Finding, Split
from tenfold.console import printable_line
from tenfold.digits import CLASSES, Digits
from tenfold.files import os_errors_as_output_error, staged_folder

LINE = 100  # characters; longer lines are hard to read
BAR = 40  # characters of the bar of the commonest class

FINDINGS_SHOWN = 12  # in a notebook

SHEETS = (SAMPLE, ODD) = ("digits.png", "odd.png")  # what --force may replace


@dataclass(frozen=True, eq=False)
class CheckReport:
    """The rows of all readable paths, joined, and all findings, errors first."""

    train: Digits | None
    test: Digits | None
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        return f"CheckReport({self._counts})"

    @property
    def _counts(self) -> str:
        return f"{_counted(len(self.errors), 'error')}, {_counted(len(self.warnings), 'warning')}"

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    @property
    def splits(self) -> dict[Split, Digits]:
        splits: dict[Split, Digits] = {}
        if self.train is not None:
            splits["train"] = self.train
        if self.test is not None:
            splits["test"] = self.test
        return splits

    def to_json(self) -> dict[str, Any]:
        return {
            "parts": {
                name: {
                    "rows": len(digits),
                    "classes": _class_counts(digits),
                    "files": [file.to_json() for file in digits.files],
                }
                for name, digits in self.splits.items()
            },
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "findings": [finding.to_json() for finding in self.findings],
        }

    def to_text(self) -> str:
        lines: list[str] = []
        for name, digits in self.splits.items():
            lines += [*_split_lines(name, digits), ""]
        for finding in self.findings:
            lines += [*_finding_lines(finding), ""]
        lines.append(self._counts)
        return "\n".join(map(printable_line, lines))

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: rows of each class, and the findings."""
        rows = [
            [name, f"{len(digits):,}", *(f"{n:,}" for n in _class_counts(digits) or ())]
            for name, digits in self.splits.items()
        ]
        shown = self.findings[:FINDINGS_SHOWN]
        left = len(self.findings) - len(shown)
        return html.cell(
            html.title(self._counts),
            html.table(["", "rows", *range(CLASSES)], rows) if rows else "",
            *(part for finding in shown for part in self._shown(finding)),
            html.faint(f"and {left:,} more findings") if left else "",
        )

    def _shown(self, finding: Finding) -> Iterator[str]:
        """A finding as HTML: what, where, what to do, and its first pictures."""
        yield html.title(f"{finding.severity}: {finding.name}")
        yield html.lines([finding.message])
        if finding.places:
            rest = finding.count - len(finding.places[:3])
            more = f" and {rest:,} more" if rest > 0 else ""
            yield html.faint(", ".join(finding.places[:3]) + more)
        yield html.hint(f"hint: {finding.remedy}") if finding.remedy else ""
        pictures = [picture for group in finding.pictures for picture in group]
        yield html.tiles(
            (self.splits[split].images[row], f"{split} {row}")
            for split, row in pictures[: html.TILES_MAX]
        )

    def write_sheet(self, folder: Path) -> list[Path]:
        """Write contact sheets of the data (`digits.png`) and of the findings (`odd.png`).

        Gives the paths written: none where nothing could be read. Raises OutputError.
        """
        written: list[Path] = []
        with os_errors_as_output_error(folder):
            (folder / ODD).unlink(missing_ok=True)  # of an earlier check
        if self.splits:
            written.append(folder / SAMPLE)
            write_digits(written[-1], self.splits)
        if any(finding.pictures for finding in self.findings):
            written.append(folder / ODD)
            write_oddities(written[-1], self.splits, self.findings)
        return written


def write_sheets(report: CheckReport, out: str, *, force: bool) -> list[Path]:
    """Write the sheets of `report` into a new folder, whole or not at all.

    With `force`, the folder replaces an earlier one. Raises OutputError.
    """
    if not report.splits:
        return []
    with staged_folder(Path(out), force=force, ours=SHEETS) as folder:
        return [Path(out, sheet.name) for sheet in report.write_sheet(folder)]


def _class_counts(digits: Digits) -> list[int] | None:
    if digits.labels is None:
        return None
    return [int(count) for count in np.bincount(digits.labels, minlength=CLASSES)]


def _split_lines(name: Split, digits: Digits) -> Iterator[str]:
    counts = _class_counts(digits)
    kind = "" if counts else ", without labels"
    # reading is strict: a file with such values is an `unreadable` finding instead
    yield f"{name}: {len(digits):,} rows{kind}, no missing or impossible values"
    for file in digits.files:
        yield f"  {file.name}  {file.rows:,} rows  sha256 {file.sha256[:16]}"
    if counts:
        for digit, count in enumerate(counts):
            bar = "#" * round(BAR * count / max(counts))
            yield f"  {digit}  {count:>9,}  {count / len(digits):>6.1%}  {bar}".rstrip()


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity}: {finding.name}"
    yield from _indented(finding.message)
    if finding.places and not finding.message.startswith(finding.places[0]):
        rest = finding.count - len(finding.places)
        more = f"and {rest:,} more" if rest > 0 else ""
        if together := _lines_of_one_file(finding.places):
            yield from _indented(f"at {together} {more}".rstrip())
        else:
            yield from (f"    {place}" for place in finding.places)
            if more:
                yield f"    {more}"
    if finding.remedy:
        for line in f"hint: {finding.remedy}".split("\n"):
            is_code = line.startswith("  ")
            yield from [f"  {line}"] if is_code else _indented(line)


def _lines_of_one_file(places: Sequence[str]) -> str | None:
    """`train.csv:2, 7, 12` for places that differ in their line alone."""
    split = [place.rpartition(":") for place in places]
    files, lines = {file for file, _, _ in split}, [line for _, _, line in split]
    if len(files) == 1 and all(line.isdecimal() for line in lines):
        return f"{files.pop()}:{', '.join(lines)}"
    return None


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        LINE,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,  # paths stay whole
        break_on_hyphens=False,
    )


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
