"""A finding: a fault or oddity of the data, its places, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tenfold.digits import Digits, Rows
from tenfold.errors import FAULTS_SHOWN

Severity = Literal["error", "warning", "info"]
Split = Literal["train", "test"]
Picture = tuple[Split, int]  # a row of a split

SPLITS: tuple[Split, ...] = ("train", "test")
PICTURES_SHOWN = 30
ROW_OF_FILE = re.compile(r"[:\[]\d+\]?( \(\d\))?$")  # `:4711 (4)` or `[4711] (4)`
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
NOUNS: dict[Split, str] = {"train": "training images", "test": "test images"}


@dataclass(frozen=True)
class Finding:
    """A fault or oddity of the data. An error keeps data from being used, a warning does not.

    `places` are the first ten of `count`; `pictures` are the first thirty, each with the image that
    it resembles.
    """

    severity: Severity
    name: str
    message: str
    places: tuple[str, ...] = ()
    count: int = 1
    remedy: str = ""
    pictures: tuple[tuple[Picture, ...], ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "name": self.name,
            "message": self.message,
            "places": list(self.places),
            "count": self.count,
            "remedy": self.remedy,
        }


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings; otherwise in the order given."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


@dataclass(frozen=True, eq=False)
class Subject:
    """The split of the data that findings are about, and its rows."""

    split: Split
    digits: Digits

    @property
    def noun(self) -> str:
        return NOUNS[self.split]

    def so_many_are(self, count: int) -> str:
        """For example "12 of 42,000 training images are"."""
        return f"{count:,} of {len(self.digits):,} {self.noun} {'is' if count == 1 else 'are'}"

    def finding(
        self, severity: Severity, name: str, message: str, rows: Rows, remedy: str
    ) -> Finding:
        """A finding about single images."""
        first = rows[:PICTURES_SHOWN].tolist()
        return Finding(
            severity,
            name,
            message,
            tuple(self.digits.place(row) for row in first[:FAULTS_SHOWN]),
            len(rows),
            remedy,
            tuple(((self.split, row),) for row in first),
        )


def finding_of_pairs(
    name: str,
    message: str,
    subjects: tuple[Subject, Subject],
    pairs: Sequence[tuple[int, int]],
    remedy: str,
) -> Finding:
    """A warning about images of the first subject that resemble ones of the second.

    A place reads `train.csv:4711 (4) like :815 (7)`, in brackets the labels.
    """
    left, right = subjects
    first = pairs[:PICTURES_SHOWN]
    return Finding(
        "warning",
        name,
        message,
        tuple(
            _beside(_labelled(left.digits, a), _labelled(right.digits, b))
            for a, b in first[:FAULTS_SHOWN]
        ),
        len(pairs),
        remedy,
        tuple(((left.split, a), (right.split, b)) for a, b in first),
    )


def _labelled(digits: Digits, row: int) -> str:
    if digits.labels is None:
        return digits.place(row)
    return f"{digits.place(row)} ({digits.labels[row]})"


def _beside(place: str, other: str) -> str:
    """Both places, the second without its file where that is the file of the first."""
    row = ROW_OF_FILE.search(other)
    same_file = row is not None and place.startswith(other[: row.start() + 1])
    return f"{place} like {row.group() if row and same_file else other}"
