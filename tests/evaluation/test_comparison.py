"""The result of a comparison, as text, JSON and files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reports import evaluation
from tenfold.evaluation.comparison import Comparison, DifferingRow, Side
from tenfold.evaluation.stored_evaluation import StoredEvaluation
from tenfold.metrics import PairedComparison


def differing(row: int, right: Side, importance: float) -> DifferingRow:
    return DifferingRow(
        row, f"train.csv:{row + 2}", 3, right, (3, 8), (0.9123456, 0.7), importance,
        np.zeros((28, 28), np.uint8),
    )  # fmt: skip


def comparison(only_a: int, only_b: int, both: int = 100) -> Comparison:
    stored = StoredEvaluation("runs/a", evaluation(), None, None)
    other = StoredEvaluation("runs/b", evaluation(), None, None)
    p_value = 0.001 if abs(only_a - only_b) > 9 else 0.5
    counts = PairedComparison(both, only_a, only_b, 2, p_value)
    rows = [differing(row, "A", 0.9) for row in range(only_a)]
    rows += [differing(only_a + row, "B", 0.8) for row in range(only_b)]
    return Comparison(stored, other, counts, tuple(rows))


@pytest.mark.parametrize(
    ("only_a", "only_b", "verdict"),
    [
        (20, 1, "A is better: of the 21 rows that one alone read right, it has 20."),
        (1, 20, "B is better: of the 21 rows that one alone read right, it has 20."),
        (3, 2, "No difference can be told from these 107 rows."),
    ],
)
def test_the_verdict_names_the_better_one_only_where_the_rows_can_tell(
    only_a: int, only_b: int, verdict: str
) -> None:
    assert comparison(only_a, only_b).verdict == verdict


def test_json_has_every_row_with_both_answers() -> None:
    answer = json.loads(json.dumps(comparison(3, 2).to_json()))
    assert (answer["n"], answer["both_right"], answer["both_wrong"]) == (107, 100, 2)
    assert (answer["only_a_right"], answer["only_b_right"]) == (3, 2)
    assert answer["difference"] == pytest.approx(1 / 107)
    assert answer["difference_95_low"] < 1 / 107 < answer["difference_95_high"]
    assert len(answer["differing"]) == 5
    assert answer["differing"][0]["probability_a"] == 0.912346
    assert answer["better"] is None


def test_text_shows_the_first_rows_of_each_kind_and_counts_the_others() -> None:
    text = comparison(7, 2).to_text(3)
    assert text.count("A reads 3") == 3 + 2
    assert "A alone is right on 7 rows" in text
    assert "B alone is right on 2 rows" in text


def test_files_hold_every_row_and_are_whole(tmp_path: Path) -> None:
    comparison(3, 2).write(tmp_path / "out", 12)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert any(name.endswith(".csv") for name in names)
    assert any(name.endswith(".png") for name in names)
    table = next(path for path in (tmp_path / "out").iterdir() if path.suffix == ".csv")
    assert len(table.read_text().splitlines()) == 1 + 5
