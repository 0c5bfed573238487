"""A worker process: lines of shards in, lines of JSON out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

from scored import columns_of, expected_labels, job_of
from tenfold.scale.runners import child
from tenfold.scale.runners.local import START_CODE


def test_a_request_makes_a_part_and_is_answered_with_its_receipt(tmp_path: Path) -> None:
    job = job_of(tmp_path, 40)
    answers = io.StringIO()
    worker = child._Worker(tmp_path, 0, 10_000, answers)
    receipts = [worker.work([s.number, *s.to_json()])["receipt"] for s in job.shards]
    assert sum(receipt["rows_out"] for receipt in receipts) == 40
    assert columns_of(tmp_path)["label"] == expected_labels(40)
    reports = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert sum(report["rows"] for report in reports) == 40


def test_a_process_answers_whatever_goes_wrong_and_ends_with_its_input(tmp_path: Path) -> None:
    path = json.dumps([entry for entry in sys.path if isinstance(entry, str)])
    command = [sys.executable, "-P", "-c", START_CODE, path, str(tmp_path), "0", "10000"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("[0, 0, 0, 1, 1, 1, 1]\n")  # and there is no manifest
        process.stdin.flush()
        assert "AssertionError" in json.loads(process.stdout.readline())["fault"]
        process.stdin.close()
        assert process.wait() == child.ENDED_BY_PARENT
