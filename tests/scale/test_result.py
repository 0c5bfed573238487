from __future__ import annotations

from dataclasses import replace

from tenfold.scale import ScoringResult

RESULT = ScoringResult("out", 1_010, 1_000, 10, 5, 3, "abc", "onnxruntime", 500, 2.0)


def test_a_result_reads_as_one_line() -> None:
    assert str(RESULT) == "out: 1,000 rows in 3 parts, 10 rejected; 5 not sure"
    assert str(replace(RESULT, rejected=0, parts=0)) == "out: 1,000 rows; 5 not sure"


def test_the_rate_is_of_this_call_alone() -> None:
    assert RESULT.rows_per_second == 250
    assert RESULT.to_json()["rows_in"] == 1_010
