"""What a comparison leaves: one JSON a participant, the table, the picture, and a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.accuracy.chart import write_picture
from bench.accuracy.trials import Participant, notebook_seconds
from tenfold.files import staged_folder, write_json, write_whole

OURS = ("participants", "comparison.json", "README.md", "accuracy-and-time.png")

PAGE = """# tenfold and its peers, {date}

`{command}`,
commit {commit}; {machine}. Versions, parameters and seeds of each are in `participants/`.

{table}

Accuracy is on rows that were kept out and are the same for all, with the 95 % Wilson interval.
Seconds are the wall clock: of tenfold's whole command, from the start of its process to its report;
of a peer its imports, reading, and every epoch with its evaluation. Where a time comes from some
epochs, those were measured and the rest extrapolated. The notebook's rate is steered by the
accuracy on these rows, which flatters it.

![Accuracy against time](accuracy-and-time.png)
"""


def table(participants: Sequence[Participant]) -> str:
    """Format the participants as a table in Markdown."""
    unit = notebook_seconds(participants)
    rows = [("", "accuracy", "seconds", "of the notebook's", "conditions")]
    rows += [
        (
            participant.title,
            "not measured" if participant.accuracy is None else str(participant.accuracy),
            f"about {participant.seconds:,.0f}"
            if participant.basis
            else f"{participant.seconds:,.1f}",
            "" if unit is None else share_of(participant.seconds, unit),
            participant.conditions
            + (f"; time from {participant.basis}" if participant.basis else ""),
        )
        for participant in participants
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def share_of(seconds: float, unit: float) -> str:
    """Format a share of the notebook's time: `1/42`, or `2.3` where it is more than the whole."""
    if seconds >= unit:
        return f"{seconds / unit:.2g}"
    times = unit / seconds
    return f"1/{times:.1f}" if times < 10 else f"1/{times:.0f}"


def summary(participants: Sequence[Participant], about: dict[str, Any]) -> dict[str, Any]:
    """Return the content of the JSON line."""
    unit = notebook_seconds(participants)
    measured = {
        participant.name: {
            "hits": participant.hits,
            "n": participant.n,
            "folds": participant.folds,
            "seconds": round(participant.seconds, 2),
            "extrapolated_from": participant.basis or None,
            "of_notebook": None if unit is None else round(participant.seconds / unit, 5),
        }
        for participant in participants
    }
    return {"bench": "comparison", **about, "participants": measured}


def write_record(
    folder: Path, participants: Sequence[Participant], about: dict[str, Any], *, force: bool
) -> None:
    """Write the record, whole or not at all. Raises OutputError where `folder` exists (with
    `force`: is not ours)."""
    environment = about["environment"]
    page = PAGE.format(
        **{key: about[key] for key in ("date", "command", "commit")},
        machine=f"{environment['threads']} threads of {environment['cpu']}",
        table=table(participants),
    )
    with staged_folder(folder, force=force, ours=OURS) as staged:
        for participant in participants:
            write_json(staged / "participants" / f"{participant.name}.json", participant.to_json())
        write_whole(staged / "comparison.json", json.dumps(summary(participants, about)) + "\n")
        write_whole(staged / "README.md", page)
        write_picture(participants, staged / "accuracy-and-time.png")
