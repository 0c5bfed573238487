"""Numbers, single digits and nothing to read: how many are exact, answered, and right of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.reading.results import Result

GROUPS = ("number", "single digit", "nothing to read")


def _group(result: Result) -> str:
    """What a picture shows."""
    length = len(result.case.label)
    return GROUPS[0] if length > 1 else GROUPS[1] if length else GROUPS[2]


def shares(results: Sequence[Result]) -> dict[str, Any]:
    """Counts: pictures, exact (forced to answer), answered in full, right of the answered; and,
    where there is nothing to read, pictures that name a digit all the same."""
    answered = [result for result in results if result.answered]
    return {
        "pictures": len(results),
        "exact": sum(result.right for result in results),
        "answered": len(answered),
        "right_of_answered": sum(result.right for result in answered),
        "names_a_digit": sum(_names_a_digit(result) for result in results),
    }


def _names_a_digit(result: Result) -> bool:
    return result.reading is not None and any(d.digit is not None for d in result.reading)


def numbers_table(results: Sequence[Result]) -> dict[str, Any]:
    """Print the shares by folder, group, source and kind; return those by folder and group."""
    print(f"\n{'':74}{'n':>5} {'exact':>6} {'answered':>9} {'right of these':>15}")
    summaries: dict[str, Any] = {}
    for folder in sorted({result.case.folder for result in results}):
        for group in GROUPS:
            inside = [r for r in results if r.case.folder == folder and _group(r) == group]
            if not inside:
                continue
            summaries[f"{folder}, {group}"] = _line(f"{folder}, {group}", inside)
            for source, kind in sorted({(r.case.source, r.case.kind) for r in inside}):
                part = [r for r in inside if (r.case.source, r.case.kind) == (source, kind)]
                _line(f"    {source[:44]:46}{kind}", part)
    return summaries


def _line(name: str, results: Sequence[Result]) -> dict[str, Any]:
    counts = shares(results)
    n, answered = counts["pictures"], counts["answered"]
    right = f"{counts['right_of_answered'] / answered:.1%}" if answered else "-"
    print(
        f"{name[:74]:74}{n:5} {counts['exact'] / n:6.1%} {answered / n:9.1%} {right:>15}"
        + (f"  {counts['names_a_digit']} name a digit" if _group(results[0]) == GROUPS[2] else "")
    )
    return counts
